package org.resnext4j.cli.terminal;

import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes a failure in one sentence for people. */
public final class Failures {

  private Failures() {}

  /**
   * Describes a failure. Some exceptions of files give the cause only by their type and the path by
   * their message.
   */
  public static String sentence(Throwable failure) {
    return switch (failure) {
      case FileSystemException e when e.getReason() != null -> message(e);
      case NoSuchFileException e -> e.getFile() + ": there is no such file or folder";
      case AccessDeniedException e -> e.getFile() + ": access is denied";
      case FileAlreadyExistsException e -> e.getFile() + ": a folder is expected, but it is a file";
      case NotDirectoryException e -> e.getFile() + ": a folder is expected, but it is none";
      case InterruptedException _, ClosedByInterruptException _ -> "interrupted";
      case UncheckedIOException e when e.getCause().toString().equals(e.getMessage()) ->
          sentence(e.getCause());
      default -> message(failure);
    };
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + " (--verbose shows where)"
        : message;
  }
}
