package org.resnext4j.models.weights;

/** The kinds of weight file that are read. */
public enum WeightFormat {
  /** A JSON header, then raw numbers; the format that is written. */
  SAFETENSORS("safetensors"),
  /** PyTorch since 1.6: a zip archive of a pickle and raw numbers. */
  PYTORCH_ZIP("PyTorch zip"),
  /** PyTorch before 1.6: pickles one after another, then raw numbers. */
  PYTORCH_LEGACY("PyTorch legacy"),
  /** A Python pickle without PyTorch's numbers beside it: of NumPy arrays, as Detectron2's are. */
  PICKLE("Python pickle"),
  /** Torch7's binary serialisation, in which the paper's authors published their networks. */
  TORCH7("Torch7");

  private final String title;

  WeightFormat(String title) {
    this.title = title;
  }

  /** Its usual name. */
  @Override
  public String toString() {
    return title;
  }
}
