package org.resnext4j.inference.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/**
 * A named picture that is not read yet.
 *
 * {@snippet :
 * PictureSource file = PictureSource.of(Path.of("cat.jpg"));
 * int width = file.read(ImageReader.defaults()).width();
 * }
 */
public interface PictureSource {

  /** Name of the picture in results and messages. */
  String name();

  /**
   * Reads and decodes the picture.
   *
   * @param reader decodes the file
   * @throws ImageException if the file is not a readable picture
   * @throws IOException if the file does not exist or cannot be read
   */
  Image read(ImageReader reader) throws IOException;

  /** A picture file, whose name is its path. */
  static PictureSource of(Path file) {
    return new PictureSource() {
      @Override
      public String name() {
        return file.toString();
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        try {
          if (Files.isDirectory(file)) {
            throw new IOException("expected a picture file, found a folder");
          }
          // A shell's <(command) is a pipe in /dev; somebody writes to it, so it cannot hang.
          if (Files.exists(file) && !Files.isRegularFile(file) && !file.startsWith("/dev")) {
            throw new IOException("expected a picture file, found a pipe or a device");
          }
          return reader.read(file);
        } catch (NoSuchFileException e) {
          throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
          throw new IOException("the file may not be read", e);
        }
      }
    };
  }

  /** A picture file in a stream, which is read once and not beyond the reader's limit. */
  static PictureSource of(String name, InputStream stream) {
    return new PictureSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        return reader.read(stream, name);
      }
    };
  }

  /** A name without a picture; reading it fails with a reason, so the name gets a result. */
  static PictureSource missing(String name, String reason) {
    return new PictureSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}
