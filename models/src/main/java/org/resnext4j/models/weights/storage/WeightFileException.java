package org.resnext4j.models.weights.storage;

import java.io.IOException;
import java.nio.file.Path;

/** An error in a weight file. The message is one sentence that names the file. */
public final class WeightFileException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  /**
   * Creates an exception about a file.
   *
   * @param file the file
   * @param problem the expected and the actual content, without the file's name
   */
  public WeightFileException(Path file, String problem) {
    super(file + ": " + problem);
    this.problem = problem;
  }

  /**
   * Creates an exception about a file with a cause.
   *
   * @param file the file
   * @param problem the expected and the actual content, without the file's name
   * @param cause the underlying exception
   */
  public WeightFileException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
    this.problem = problem;
  }

  /** Returns the error without the file's name. */
  public String problem() {
    return problem;
  }
}
