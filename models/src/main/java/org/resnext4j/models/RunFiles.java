package org.resnext4j.models;

/**
 * The names of the files in the folder of a training run. All writers and readers of the folder use
 * these names.
 */
public final class RunFiles {

  /** The last checkpoint, from which a stopped run resumes. */
  public static final String CHECKPOINT = "checkpoint.safetensors";

  /** The model with the best validation result. */
  public static final String BEST = "best.safetensors";

  /** The model at the end of the training. */
  public static final String MODEL = "model.safetensors";

  /** The full description of the run, as JSON. */
  public static final String DESCRIPTION = "run.json";

  /** The recipe with all its values, as JSON. */
  public static final String RECIPE = "recipe.json";

  /** The metrics: one line of JSON for each measurement. */
  public static final String METRICS = "metrics.jsonl";

  /** TensorBoard's event file. */
  public static final String EVENTS = "events.out.tfevents.resnext4j";

  /** The curves as a picture. */
  public static final String CURVES = "curves.png";

  /** The report as a page. */
  public static final String PAGE = "report.html";

  /** The lock file of the process that trains. */
  public static final String LOCK = ".lock";

  private RunFiles() {}
}
