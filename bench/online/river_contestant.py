"""river, as a contestant that learns a stream online: `python river_contestant.py ROWS.json`.

Its logistic regression behind its standard scaler, each at its defaults; it has no neural network of its own. The protocol is that
of contestant.mjs.
"""

import json
import sys
import time

from river import linear_model, preprocessing

BLOCK = 100

with open(sys.argv[1], encoding="utf-8") as file:
    stream = json.load(file)
columns = stream["columns"]
rows = [(dict(zip(columns, row["inputs"])), row["yes"]) for row in stream["rows"]]
model = preprocessing.StandardScaler() | linear_model.LogisticRegression()

at = 0
for line in sys.stdin:
    wanted = json.loads(line)["seconds"]
    began, cpu = time.perf_counter(), time.process_time()
    count = correct = 0
    seconds = 0.0
    while seconds < wanted:
        for _ in range(BLOCK):
            x, y = rows[at]
            correct += model.predict_one(x) == y
            model.learn_one(x, y)
            at = at + 1 if at + 1 < len(rows) else 0
        count += BLOCK
        seconds = time.perf_counter() - began
    answer = {"rows": count, "seconds": seconds, "cpu": time.process_time() - cpu, "correct": correct}
    print(json.dumps(answer), flush=True)
