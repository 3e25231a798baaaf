package org.resnext4j.cli;

import org.resnext4j.vision.ImageReader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the commands that read pictures read them. */
final class PictureOptions {

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      defaultValue = "67108864",
      converter = Count.class,
      description =
          "Refuse pictures of more pixels (default: ${DEFAULT-VALUE}, 64 megapixels; a picture"
              + " takes three bytes a pixel or more).")
  private long maximumPixels;

  @Option(
      names = "--truncated",
      description = "Read picture files that end early, too; what is missing stays black or grey.")
  private boolean truncated;

  /** A number of at least 1. */
  private static final class Count implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) < 1) {
        throw new TypeConversionException(
            "expected a number of at least 1, but found '" + text + "'");
      }
      return Long.parseLong(text);
    }
  }

  /** The reader that the options describe. */
  ImageReader reader() {
    return ImageReader.defaults().withMaximumPixels(maximumPixels).withTruncated(truncated);
  }
}
