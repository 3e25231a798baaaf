package org.resnext4j.models;

/**
 * The names of the files in the folder of a training run, for those who write and those who read
 * them.
 */
public final class RunFiles {

  /** The last whole state. */
  public static final String CHECKPOINT = "checkpoint.safetensors";

  /** The model of the best validation. */
  public static final String BEST = "best.safetensors";

  /** The model at the end of the training. */
  public static final String MODEL = "model.safetensors";

  /** What is trained, in full: as JSON. */
  public static final String DESCRIPTION = "run.json";

  /** The whole recipe, as it was used. */
  public static final String RECIPE = "recipe.json";

  /** A line of JSON for each moment that was measured. */
  public static final String METRICS = "metrics.jsonl";

  /** TensorBoard's event file. */
  public static final String EVENTS = "events.out.tfevents.resnext4j";

  /** The curves as a picture. */
  public static final String CURVES = "curves.png";

  /** The report as a page. */
  public static final String PAGE = "report.html";

  /** Held by the process that trains. */
  public static final String LOCK = ".lock";

  private RunFiles() {}
}
