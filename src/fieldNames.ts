/**
 * What other libraries call things that gradus has: the one table of these names.
 *
 * An alias means exactly what the name beside it means, and is accepted wherever the name is. A name that elsewhere
 * means something a little different is not accepted: it gets a suggestion, which says the difference. Plain data that
 * imports nothing; `aliases.ts` applies it. docs/coming-from.md lists the same names by library, and a test tries each.
 */

/** Alias → name, for each kind of name. */
export const aliases = {
  activation: {
    sigmoid: "logistic",
    linear: "identity",
    swish: "silu",
    "leaky-relu": "leakyRelu",
    ReLU6: "relu6",
    hard_swish: "hardSwish",
    hard_silu: "hardSwish",
    hardswish: "hardSwish",
    Hardswish: "hardSwish",
  },
  loss: {
    mse: "meanSquaredError",
    mean_squared_error: "meanSquaredError",
    MSELoss: "meanSquaredError",
    mae: "meanAbsoluteError",
    mean_absolute_error: "meanAbsoluteError",
    L1Loss: "meanAbsoluteError",
    HuberLoss: "huber",
    softmaxCrossEntropy: "crossEntropy",
    cross_entropy: "crossEntropy",
    CrossEntropyLoss: "crossEntropy",
    categoricalCrossentropy: "crossEntropy",
    categorical_crossentropy: "crossEntropy",
    sparseCategoricalCrossentropy: "crossEntropy",
    sparse_categorical_crossentropy: "crossEntropy",
    BCEWithLogitsLoss: "binaryCrossEntropy",
    binaryCrossentropy: "binaryCrossEntropy",
    binary_crossentropy: "binaryCrossEntropy",
    BCELoss: "binaryCrossEntropy",
    bce: "binaryCrossEntropy",
  },
  optimizer: {
    SGD: "sgd",
    rmsprop: "rmsProp",
    RMSprop: "rmsProp",
    Adam: "adam",
    adamw: "adamW",
    AdamW: "adamW",
    Lion: "lion",
  },
  initialisation: {
    lecun_uniform: "lecunUniform",
    glorot_uniform: "glorotUniform",
    xavier_uniform: "glorotUniform",
    xavier_normal: "glorotNormal",
    he_uniform: "heUniform",
    kaiming_uniform: "heUniform",
    kaiming_normal: "heNormal",
  },
  schedule: {
    cosineDecay: "cosine",
    CosineDecay: "cosine",
  },
  metric: {
    balanced_accuracy: "balancedAccuracy",
    f1_macro: "macroF1",
    roc_auc: "rocAuc",
    roc_auc_ovr: "rocAuc",
    log_loss: "logLoss",
    root_mean_squared_error: "rmse",
    mean_absolute_error: "mae",
    r2_score: "r2",
    acc: "accuracy",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type AliasKind = keyof typeof aliases;

/** What to use instead of a name that is not accepted, and how it differs; without a name, why there is none. */
export interface Suggestion {
  readonly name?: string;
  /** Sentences. */
  readonly note?: string;
}

const to = (name: string, note?: string): Suggestion => ({ name, ...(note !== undefined && { note }) });
const none = (note: string): Suggestion => ({ note });

const slopeOfLeakyRelu = "Its slope below 0 is 0.01, as PyTorch's default; Keras has 0.2 or 0.3.";
const smoothL1 = "With a beta of 1 they are the same; with another it is huber with that delta, divided by beta.";
const ofLogits = "It takes the outputs before softmax, not log-probabilities: leave log-softmax out.";
const truncated =
  "It draws from a normal distribution with the same standard deviation that is not truncated; that of Keras is.";
const closest = "It is the closest.";
const scored = "gradus knows whether lower is better, so no metric is negated.";
const columnsName = "It is the name of a column of the table.";
const sumFrom0 = "Its sum of squared gradients starts at 0, as PyTorch's; Keras's starts at 0.1.";
const quantilesOfTable = "For a table, give train the quantiles instead: they have this loss.";
const listOfQuantiles = "It is a list: quantiles: [0.9].";
const stepwise = "It decays at every step, not once per epoch.";

/** Names that are not accepted, for each kind of name. */
export const suggestions: Readonly<Record<AliasKind, Readonly<Record<string, Suggestion>>>> = {
  activation: {
    leaky_relu: to("leakyRelu", slopeOfLeakyRelu),
    LeakyReLU: to("leakyRelu", slopeOfLeakyRelu),
    prelu: none("Use the layer parametricActivation for learned slopes."),
    PReLU: none("Use the layer parametricActivation for learned slopes."),
    softsign: to("tanh", closest),
    hardtanh: to("tanh", closest),
    hard_sigmoid: to("logistic", closest),
    log_softmax: none("The loss crossEntropy applies it itself: leave the activation of the last layer out."),
  },
  loss: {
    squared_error: to(
      "meanSquaredError",
      "scikit-learn's squared_error is half of it: with the same learning rate, steps are twice as long.",
    ),
    smooth_l1_loss: to("huber", smoothL1),
    SmoothL1Loss: to("huber", smoothL1),
    nll_loss: to("crossEntropy", ofLogits),
    NLLLoss: to("crossEntropy", ofLogits),
    log_loss: to("crossEntropy"),
    log_cosh: to("huber", "It is the closest: quadratic for small errors, linear for large ones."),
    pinball: to("quantile", quantilesOfTable),
    pinball_loss: to("quantile", quantilesOfTable),
    mean_pinball_loss: to("quantile", quantilesOfTable),
    QuantileLoss: to("quantile", quantilesOfTable),
    mean_squared_logarithmic_error: to("meanSquaredError", "Train on the logarithms of the targets."),
    kl_divergence: none("gradus has no loss between distributions; crossEntropy takes classes."),
    hinge: none("gradus has no hinge loss; crossEntropy takes classes."),
  },
  optimizer: {
    lbfgs: none("gradus has no full-batch optimizer; adam also works for small tables."),
    adagrad: to("adaGrad", sumFrom0),
    Adagrad: to("adaGrad", sumFrom0),
    adadelta: to("rmsProp", "It is the closest: it has a learning rate, which Adadelta estimates."),
    adamax: to("adam", closest),
    radam: to("adam", "It is the closest; a warm-up of the schedule has a similar effect."),
    nadam: to("adam", "It is the closest: gradus has no Nesterov variant of it."),
  },
  initialisation: {
    glorot_normal: to("glorotNormal", truncated),
    he_normal: to("heNormal", truncated),
    lecun_normal: to("lecunNormal", truncated),
    he: to("heNormal"),
    xavier: to("glorotUniform"),
    glorot: to("glorotUniform"),
    orthogonal: none("gradus has no orthogonal weights; { weights, bias } takes given ones."),
    random_normal: none("The names that end in Normal draw with a deviation that suits the layer's width."),
  },
  schedule: {
    StepLR: to("step", 'Its step_size is every, its gamma is factor: { name: "step", every: 30, factor: 0.1 }.'),
    ExponentialLR: to("exponential", `Its gamma is factor. ${stepwise}`),
    ExponentialDecay: to("exponential", `Its factor multiplies the rate once per epoch. ${stepwise}`),
    CosineAnnealingLR: to("cosine", stepwise),
    ReduceLROnPlateau: none("No schedule depends on the loss; use patience to end training."),
    OneCycleLR: to("cosine", 'With a warm-up it is close: { name: "cosine", warmup: { fraction: 0.3 } }.'),
    linear: to("cosine", closest),
    MultiStepLR: to("step", "It changes the rate after equal numbers of epochs."),
    CosineAnnealingWarmRestarts: to("coslog4", "It has four waves, each twice as long as the one before."),
    invscaling: none("Decaying schedules are exponential, step and cosine."),
    adaptive: none("No schedule depends on the loss; use patience to end training."),
  },
  metric: {
    mse: to("rmse", "It is the square root and chooses the same epoch."),
    mean_squared_error: to("rmse", "It is the square root and chooses the same epoch."),
    neg_log_loss: to("logLoss", scored),
    neg_root_mean_squared_error: to("rmse", scored),
    neg_mean_absolute_error: to("mae", scored),
    f1: to("macroF1", "It is the mean over all classes, not the F1 of one of them."),
    auc: to("rocAuc"),
    AUC: to("rocAuc"),
    brier_score_loss: to("brier", "It sums over the classes: of two classes it is twice scikit-learn's."),
  },
};

const isAnOptimizer = (name: string): string => `It is an optimizer: { name: "${name}", momentum: 0.9 }.`;
const optimizerHolds = (option: string): string => `It is an option of the optimizer: { name: "sgd", ${option}: 0.1 }.`;

const rateOfOptimizer: readonly Suggestion[] = [
  to("learningRate"),
  to("optimizer", optimizerHolds("learningRate")),
  to("schedule", "It multiplies the learning rate, which the session's optimizer has."),
  to("rateFactors", "They multiply the learning rate, which the session's optimizer has."),
  to("rate", "It multiplies the learning rate, which the session's optimizer has."),
];
const freezes: readonly Suggestion[] = [to("rate", "A rate of 0 freezes the layer.")];
const inTheLoss = 'It is an option of the loss: { name: "crossEntropy", classWeights: [1, 2] }.';

const alwaysAffine =
  "Factors start at 1, biases at 0; learning: { scale: { rate: 0 }, bias: { rate: 0 } } keeps them there.";

const decayOrPenalty = "The optimizer adamW has decoupled weight decay; l2 is a penalty in the loss.";

/**
 * Names of options that are not accepted. Of several suggestions the first whose name the function has is given; one
 * without a name always.
 */
export const optionSuggestions: Readonly<Record<string, readonly Suggestion[]>> = {
  lr: rateOfOptimizer,
  eta: rateOfOptimizer,
  learning_rate: rateOfOptimizer,
  learningRate: rateOfOptimizer,
  learning_rate_init: rateOfOptimizer,
  momentum: [to("optimizer", isAnOptimizer("momentum")), none(isAnOptimizer("momentum"))],
  nesterov: [to("optimizer", isAnOptimizer("nesterov")), none(isAnOptimizer("nesterov"))],
  nesterovs_momentum: [to("optimizer", isAnOptimizer("nesterov")), none(isAnOptimizer("nesterov"))],
  alpha: [
    to("decay", "PyTorch's alpha of RMSprop is rho; decay is another name for it."),
    to(
      "l2",
      "It is not divided by the rows of a batch, as scikit-learn's alpha is: l2 = alpha / rows of a batch. The alpha of a quantile loss goes into quantiles.",
    ),
    to("quantiles", listOfQuantiles),
    to("floor"),
  ],
  initial_epoch: [to("firstEpoch", "Keras counts epochs from 0, gradus from 1: initial_epoch 4 is firstEpoch 5.")],
  initialEpoch: [
    to("firstEpoch", "TensorFlow.js counts epochs from 0, gradus from 1: initialEpoch 4 is firstEpoch 5."),
  ],
  iterations: [to("epochs", "One of brain.js's iterations is a pass over all rows: an epoch.")],
  max_iter: [to("epochs")],
  maxIter: [to("epochs")],
  n_epochs: [to("epochs")],
  num_epochs: [to("epochs")],
  random_state: [to("seed")],
  hidden_layer_sizes: [to("hidden")],
  hiddenLayers: [to("hidden")],
  layers: [to("hidden")],
  dropout_rate: [to("dropout")],
  solver: [to("optimizer")],
  praxis: [to("optimizer")],
  monitor: [to("metric"), to("score")],
  metric: [to("score")],
  restore_best_weights: [
    to("restoreBest"),
    none("The weights of the best epoch are restored where there are validation rows."),
  ],
  shuffle: [none("train and fit shuffle the rows in each epoch; the order follows from the seed.")],
  tol: [to("patience", "Training ends after this number of epochs without any improvement.")],
  early_stopping: [
    to("patience", "It is a number of epochs; the best epoch is chosen on validation rows even without it."),
    to("earlyStopping"),
  ],
  earlyStopping: [
    to("patience", "It is a number of epochs; the best epoch is chosen on validation rows even without it."),
  ],
  n_iter_no_change: [to("patience"), to("earlyStopping")],
  patience: [to("earlyStopping", "earlyStopping: { patience: 10 }.")],
  errorThresh: [
    to("patience", "Training ends after this number of epochs without improvement, not at an error threshold."),
  ],
  validation_split: [to("validationFraction", "The rows are drawn at random by the seed; Keras takes the last ones.")],
  validationSplit: [to("validationFraction", "The rows are drawn at random by the seed; Keras takes the last ones.")],
  validation_data: [to("validation")],
  validationData: [to("validation")],
  test_size: [to("testFraction")],
  class_weight: [
    to("classWeights", 'Of train it is "balanced" or "none", of a loss a list with one factor for each class.'),
    none(inTheLoss),
  ],
  classWeights: [none(inTheLoss)],
  sample_weight: [
    to("weights", columnsName),
    to("sampleWeights"),
    none("The patterns have them: { inputs, desired, sampleWeights }."),
  ],
  sampleWeights: [to("weights", columnsName), none("The patterns have them: { inputs, desired, sampleWeights }.")],
  groups: [to("group", columnsName)],
  n_jobs: [to("threads")],
  device: [to("engine", "Every engine computes on the CPU.")],
  dtype: [to("engine", "wasm computes in float32, reference in float64.")],
  criterion: [to("loss")],
  loss_fn: [to("loss")],
  trainable: freezes,
  frozen: freezes,
  requires_grad: freezes,
  kernel_regularizer: [none("The penalties l1 and l2 are options of the session.")],
  output_dim: [to("dimension")],
  embedding_dim: [to("dimension")],
  sigma: [to("deviation")],
  drop_last: [to("shortBatch", 'shortBatch: "drop".')],
  min_delta: [none("Any improvement counts; there is no smallest one.")],
  clipvalue: [to("clipNorm", "It limits the norm of the whole gradient, not each of its numbers.")],
  clip_grad_norm: [to("clipNorm")],
  max_grad_norm: [to("clipNorm")],
  param_grid: [to("space", "Values are drawn from it; there is no grid.")],
  timeout: [to("time", "It is in seconds, not in milliseconds.")],
  callback: [to("onProgress")],
  callbacks: [to("onProgress")],
  log: [to("onProgress")],
  verbose: [to("onProgress")],
  decay_steps: [none("The schedule ends with the last of all steps.")],
  clipnorm: [to("clipNorm", "It is the norm of the whole gradient, Keras's global_clipnorm, not each tensor's.")],
  global_clipnorm: [to("clipNorm")],
  max_norm: [to("clipNorm")],
  cv: [to("folds")],
  n_iter: [to("trials")],
  param_distributions: [to("space")],
  metrics: [to("metric"), to("score")],
  weight_decay: [
    to("weightDecay", "It acts on weights, not on biases."),
    to("l2", "The weight_decay of PyTorch's SGD and Adam is a penalty, here on weights and not on biases."),
    none(decayOrPenalty),
  ],
  weightDecay: [none(decayOrPenalty)],
  use_bias: [to("bias")],
  useBias: [to("bias")],
  kernel_initializer: [to("initialisation")],
  kernelInitializer: [to("initialisation")],
  initializer: [to("initialisation")],
  initialization: [to("initialisation")],
  input_dim: [to("inputs")],
  in_features: [to("inputs")],
  input_shape: [to("inputs")],
  hidden: [to("layers", "layers: [dense(16), dense(1)].")],
  betas: [to("beta1", "There is one option for each: beta1 and beta2.")],
  eps: [to("epsilon")],
  amsgrad: [none("gradus does not have AMSGrad.")],
  initial_accumulator_value: [none("The sum of squared gradients starts at 0.")],
  lr_decay: [none("A schedule of the training changes the learning rate.")],
  affine: [none(alwaysAffine)],
  elementwise_affine: [none(alwaysAffine)],
  center: [none("Biases start at 0; learning: { bias: { rate: 0 } } keeps them there.")],
  track_running_stats: [none("Running statistics are always kept, and predictions use them.")],
  quantile: [to("quantiles", listOfQuantiles)],
  quantile_alpha: [to("quantiles", listOfQuantiles)],
  quantile_levels: [to("quantiles", listOfQuantiles)],
  label_smoothing: [to("labelSmoothing")],
  pos_weight: [to("classWeights")],
  weight: [
    to("weights", columnsName),
    to("classWeights", "The loss is divided by the rows of a batch, where PyTorch divides by their weights."),
  ],
  T_max: [none("The schedule ends with the last of all steps.")],
  eta_min: [to("floor", "It is a share of the rate, not a rate.")],
  step_size: [to("every")],
  gamma: [to("factor")],
  label: [to("target")],
  labels: [to("desired"), to("target")],
  targets: [to("desired"), to("target")],
  outputs: [to("desired"), none("They are the units of the last layer.")],
  y: [to("target"), to("desired")],
  x: [to("training"), to("table"), to("inputs")],
};
