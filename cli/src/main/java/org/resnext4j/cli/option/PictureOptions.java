package org.resnext4j.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.vision.ImageReader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for reading pictures. */
public final class PictureOptions {

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      converter = Count.class,
      description =
          "Refuse pictures of more pixels (default: 67108864, 64 megapixels; a picture"
              + " takes three bytes a pixel or more).")
  private Optional<Long> maximumPixels = Optional.empty();

  @Option(
      names = "--truncated",
      description = "Read picture files that end early, too; what is missing stays black or grey.")
  private boolean truncated;

  /** Parses a number of at least 1. */
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

  /** The reader that these options describe. */
  public ImageReader reader() {
    ImageReader usual = ImageReader.defaults().withTruncated(truncated);
    return maximumPixels.map(usual::withMaximumPixels).orElse(usual);
  }

  /** The fields of a training recipe that the given options change. */
  public Map<String, String> recipeChanges() {
    Map<String, String> changes = new LinkedHashMap<>();
    maximumPixels.ifPresent(pixels -> changes.put("reading.maximumPixels", pixels.toString()));
    if (truncated) {
      changes.put("reading.truncated", "true");
    }
    return changes;
  }
}
