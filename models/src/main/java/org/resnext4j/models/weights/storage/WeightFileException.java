package org.resnext4j.models.weights.storage;

import java.io.IOException;
import java.nio.file.Path;

/** A fault of a weight file, in one sentence that names the file. */
public final class WeightFileException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  /**
   * An exception about a file.
   *
   * @param file the file
   * @param problem what was expected and what was found, without the file's name
   */
  public WeightFileException(Path file, String problem) {
    super(file + ": " + problem);
    this.problem = problem;
  }

  /**
   * An exception about a file, with what caused it.
   *
   * @param file the file
   * @param problem what was expected and what was found, without the file's name
   * @param cause the exception underneath
   */
  public WeightFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
    this.problem = problem;
  }

  /** The fault, without the file's name. */
  public String problem() {
    return problem;
  }
}
