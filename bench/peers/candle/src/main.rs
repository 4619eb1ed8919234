//! candle on one core, as a contestant: its linear layers, its losses and its optimizers; momentum, which it lacks, from its tensors.
//!
//! The other side of the line protocol, as `serve.mjs` describes it.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{loss, ops, AdamW, Optimizer, ParamsAdamW, SGD};
use serde_json::{json, Value};
use std::io::{BufRead, Write};
use std::time::Instant;

const EVALUATION_ROWS: usize = 512;
/// One call lasts about this long, as in serve.mjs.
const CALL_SECONDS: f64 = 0.02;

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut subject: Option<Subject> = None;
    let mut call_steps = 1;
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        if request["cmd"] == "prepare" {
            subject = Some(Subject::new(&request)?);
            answer(json!({ "versions": { "candle-nn": VERSION }, "kind": "outputs" }))?;
            continue;
        }
        let subject = subject.as_mut().ok_or("Expected prepare first.")?;
        subject.reset()?;
        let steps = request["steps"].as_f64().unwrap_or(f64::INFINITY);
        let limit = request["limit"].as_f64().or(request["seconds"].as_f64()).unwrap_or(f64::INFINITY);
        let (done, seconds) = work_for(subject, &mut call_steps, steps, limit)?;
        let outputs: Vec<Value> = subject.outputs()?.iter().map(|&y| if y.is_finite() { json!(y) } else { Value::Null }).collect();
        answer(json!({ "steps": done, "samples": done * subject.batch, "seconds": seconds, "outputs": outputs }))?;
    }
    Ok(())
}

const VERSION: &str = "0.9.2"; // as Cargo.toml has it

fn answer(message: Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{message}")?;
    out.flush()
}

/// Calls `work` with ever larger counts, up to about CALL_SECONDS a call.
fn work_for(subject: &mut Subject, call_steps: &mut usize, steps: f64, limit: f64) -> Result<(usize, f64)> {
    let begun = Instant::now();
    let (mut done, mut elapsed) = (0, 0.0);
    while (done as f64) < steps && elapsed < limit {
        let count = (*call_steps as f64).min(steps - done as f64) as usize;
        for _ in 0..count {
            subject.step()?;
        }
        done += count;
        let now = begun.elapsed().as_secs_f64();
        if now - elapsed < CALL_SECONDS / 2.0 && count == *call_steps {
            *call_steps *= 2;
        }
        elapsed = now;
    }
    Ok((done, elapsed))
}

enum Rule {
    Sgd(SGD),
    Adam(AdamW),
    /// Rate and factor, with a velocity for each parameter.
    Momentum(f64, f64, Vec<Tensor>),
}

struct Subject {
    /// Weights [O, I] and bias [O] of each layer, and what they start from.
    layers: Vec<(Var, Var)>,
    starting: Vec<Tensor>,
    inputs: Vec<f32>,
    x: Tensor,
    desired: Tensor,
    workload: Value,
    predicts: bool,
    classifies: bool,
    batch: usize,
    rows: usize,
    row: usize,
    rule: Option<Rule>,
}

fn read(path: &Value) -> std::result::Result<Vec<f32>, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path.as_str().ok_or("Expected a path.")?)?;
    Ok(bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
}

impl Subject {
    fn new(request: &Value) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let (workload, files) = (request["workload"].clone(), &request["files"]);
        let widths: Vec<usize> = serde_json::from_value(workload["widths"].clone())?;
        let rows = workload["rows"].as_u64().ok_or("Expected rows.")? as usize;
        let batch = workload["batchSize"].as_u64().ok_or("Expected a batch size.")? as usize;
        let classifies = workload["loss"] == "crossEntropy";
        let device = Device::Cpu;
        let parameters = read(&files["parameters"])?;
        let (mut layers, mut starting, mut offset) = (vec![], vec![], 0);
        for pair in widths.windows(2) {
            let mut take = |count: usize, shape: &[usize]| {
                offset += count;
                Tensor::from_slice(&parameters[offset - count..offset], shape, &device)
            };
            let weights = take(pair[0] * pair[1], &[pair[1], pair[0]])?;
            let bias = take(pair[1], &[pair[1]])?;
            layers.push((Var::from_tensor(&weights)?, Var::from_tensor(&bias)?));
            starting.extend([weights, bias]);
        }
        let inputs = read(&files["inputs"])?;
        let x = Tensor::from_slice(&inputs, &[rows, widths[0]], &device)?;
        let desired = Tensor::from_vec(read(&files["desired"])?, rows, &device)?;
        let desired = if classifies { desired.to_dtype(DType::U32)? } else { desired.reshape((rows, 1))? };
        let predicts = workload["task"] == "predict";
        Ok(Self { layers, starting, inputs, x, desired, workload, predicts, classifies, batch, rows, row: 0, rule: None })
    }

    fn vars(&self) -> Vec<Var> {
        self.layers.iter().flat_map(|(weights, bias)| [weights.clone(), bias.clone()]).collect()
    }

    fn reset(&mut self) -> Result<()> {
        for (var, start) in self.vars().iter().zip(&self.starting) {
            var.set(start)?;
        }
        self.row = 0;
        let optimizer = &self.workload["optimizer"];
        let rate = optimizer["learningRate"].as_f64().unwrap_or(f64::NAN);
        self.rule = Some(match optimizer["name"].as_str() {
            Some("adam") => {
                let params = ParamsAdamW { lr: rate, weight_decay: 0.0, ..Default::default() };
                Rule::Adam(AdamW::new(self.vars(), params)?)
            }
            Some("momentum") => {
                let zeros = self.vars().iter().map(|var| var.zeros_like()).collect::<Result<_>>()?;
                Rule::Momentum(rate, optimizer["momentum"].as_f64().unwrap_or(f64::NAN), zeros)
            }
            _ => Rule::Sgd(SGD::new(self.vars(), rate)?),
        });
        Ok(())
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut y = x.clone();
        for (index, (weights, bias)) in self.layers.iter().enumerate() {
            y = y.matmul(&weights.t()?)?.broadcast_add(bias)?;
            let which = if index == self.layers.len() - 1 { "output" } else { "hidden" };
            match self.workload[which].as_str() {
                Some("relu") => y = y.relu()?,
                Some("logistic") => y = ops::sigmoid(&y)?,
                _ => {}
            }
        }
        Ok(y)
    }

    fn step(&mut self) -> Result<()> {
        let from = self.row;
        self.row = (self.row + self.batch) % self.rows;
        if self.predicts {
            let width = self.inputs.len() / self.rows;
            let x = Tensor::from_slice(&self.inputs[from * width..(from + 1) * width], &[1, width], &Device::Cpu)?;
            self.forward(&x)?.flatten_all()?.to_vec1::<f32>()?;
            return Ok(());
        }
        let y = self.forward(&self.x.narrow(0, from, self.batch)?)?;
        let d = self.desired.narrow(0, from, self.batch)?;
        let value = if self.classifies { loss::cross_entropy(&y, &d)? } else { (loss::mse(&y, &d)? * 0.5)? };
        let vars = self.vars();
        match &mut self.rule {
            Some(Rule::Sgd(sgd)) => sgd.backward_step(&value),
            Some(Rule::Adam(adam)) => adam.backward_step(&value),
            Some(Rule::Momentum(rate, factor, velocities)) => {
                let gradients = value.backward()?;
                for (var, velocity) in vars.iter().zip(velocities) {
                    if let Some(gradient) = gradients.get(var) {
                        *velocity = ((&*velocity * *factor)? + gradient)?;
                        var.set(&var.sub(&(&*velocity * *rate)?)?)?;
                    }
                }
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn outputs(&self) -> Result<Vec<f32>> {
        self.forward(&self.x.narrow(0, 0, EVALUATION_ROWS)?)?.flatten_all()?.to_vec1()
    }
}
