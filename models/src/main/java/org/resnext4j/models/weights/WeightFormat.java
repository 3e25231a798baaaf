package org.resnext4j.models.weights;

/** The formats of weight files that this library reads. */
public enum WeightFormat {
  /** safetensors: a JSON header, then raw numbers. This is the format that the library writes. */
  SAFETENSORS("safetensors"),
  /** PyTorch since version 1.6: a zip archive of a pickle and raw numbers. */
  PYTORCH_ZIP("PyTorch zip"),
  /** PyTorch before version 1.6: several pickles, then raw numbers. */
  PYTORCH_LEGACY("PyTorch legacy"),
  /**
   * A Python pickle without separate PyTorch storages: a pickle of NumPy arrays, such as
   * Detectron2's.
   */
  PICKLE("Python pickle"),
  /**
   * Torch7's binary serialisation, the format of the networks that the paper's authors published.
   */
  TORCH7("Torch7");

  private final String title;

  WeightFormat(String title) {
    this.title = title;
  }

  /** Returns the usual name of the format. */
  @Override
  public String toString() {
    return title;
  }
}
