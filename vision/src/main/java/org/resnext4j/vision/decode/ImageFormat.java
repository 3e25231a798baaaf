package org.resnext4j.vision.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.jpeg.JpegDecoder;
import org.resnext4j.vision.tiff.TiffDecoder;
import org.resnext4j.vision.webp.WebpDecoder;

/** The supported file formats. The first bytes of a file identify its format. */
@SuppressWarnings("ImmutableEnumChecker") // The lists are unmodifiable, and methods have no state.
public enum ImageFormat {
  JPEG("JPEG", JpegDecoder::open, "ff d8 ff"),
  PNG("PNG", PngDecoder::open, "89 50 4e 47 0d 0a 1a 0a"),
  BMP("BMP", BmpDecoder::open, "42 4d"),
  GIF("GIF", GifDecoder::open, "47 49 46 38 37 61", "47 49 46 38 39 61"),
  WEBP("WebP", WebpDecoder::open, "52 49 46 46 .. .. .. .. 57 45 42 50"),
  PNM("PNM", PnmDecoder::open) {
    @Override
    boolean begins(byte[] file) {
      return file.length > 2
          && file[0] == 'P'
          && file[1] >= '1'
          && file[1] <= '6'
          && (file[2] <= ' ' || file[2] == '#');
    }
  },
  TIFF("TIFF", TiffDecoder::open, "49 49 2a 00", "4d 4d 00 2a", "49 49 2b 00", "4d 4d 00 2b");

  /** Unsupported formats, which an error message names. */
  @SuppressWarnings("ImmutableEnumChecker") // The lists are unmodifiable.
  private enum Refused {
    JPEG_2000("JPEG 2000", "00 00 00 0c 6a 50 20 20 0d 0a 87 0a", "ff 4f ff 51"),
    JPEG_XL("JPEG XL", "00 00 00 0c 4a 58 4c 20 0d 0a 87 0a", "ff 0a"),
    PHOTOSHOP("Photoshop", "38 42 50 53"),
    ARBITRARY_MAP("portable arbitrary map", "50 37 0a"),
    FLOAT_MAP("portable float map", "50 46 0a", "50 66 0a"),
    PDF("PDF", "25 50 44 46 2d"),
    POSTSCRIPT("PostScript", "25 21 50 53", "c5 d0 d3 c6"),
    ICON("Windows icon", "00 00 01 00", "00 00 02 00"),
    SGI("SGI", "01 da 00", "01 da 01"),
    DIRECT_DRAW("DirectDraw", "44 44 53 20"),
    OPEN_EXR("OpenEXR", "76 2f 31 01"),
    RADIANCE("Radiance HDR", "23 3f 52 41 44 49 41 4e 43 45"),
    QOI("QOI", "71 6f 69 66"),
    FLIF("FLIF", "46 4c 49 46"),
    GIMP("GIMP", "67 69 6d 70 20 78 63 66"),
    DICOM("DICOM", new Signature(128, "44 49 43 4d")),
    RAW(
        "camera's raw",
        "49 49 2a 00 10 00 00 00 43 52", // Canon's second format.
        "46 55 4a 49 46 49 4c 4d", // Fujifilm.
        "49 49 55 00", // Panasonic.
        "49 49 52 4f", // Olympus.
        "49 49 52 53",
        "4d 4d 4f 52",
        "46 4f 56 62"), // Sigma.
    SVG("SVG") {
      @Override
      boolean begins(byte[] file) {
        String text = new String(file, 0, Math.min(1024, file.length), StandardCharsets.ISO_8859_1);
        return text.contains("<svg");
      }
    };

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
    private final List<Signature> signatures;

    Refused(String title, String... signatures) {
      this.title = title;
      this.signatures = Signature.all(signatures);
    }

    Refused(String title, Signature signature) {
      this.title = title;
      this.signatures = List.of(signature);
    }

    boolean begins(byte[] file) {
      return signatures.stream().anyMatch(signature -> signature.matches(file));
    }
  }

  /** Reads the header of a file of one format. */
  @FunctionalInterface
  private interface Opener {
    Decoder open(ImageFile file) throws ImageException;
  }

  /** The beginning of files in the ISO base media format. */
  private static final Signature ISO_MEDIA = new Signature(4, "66 74 79 70");

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // A method reference holds no state.
  private final Opener opener;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
  private final List<Signature> signatures;

  ImageFormat(String title, Opener opener, String... signatures) {
    this.title = title;
    this.opener = opener;
    this.signatures = Signature.all(signatures);
  }

  /** Returns the format's common name. */
  public String title() {
    return title;
  }

  /** Whether a file begins with a signature of this format. */
  boolean begins(byte[] file) {
    return signatures.stream().anyMatch(signature -> signature.matches(file));
  }

  /** Returns the format of a file; empty if the file has none of these formats. */
  public static Optional<ImageFormat> of(byte[] file) {
    if (Refused.RAW.begins(file)) {
      return Optional.empty(); // Some raw files begin as TIFF.
    }
    return Arrays.stream(values()).filter(format -> format.begins(file)).findFirst();
  }

  /**
   * Reads the header of a file.
   *
   * @param name name of the file in messages
   * @param file all bytes of the file
   * @param truncated whether the file may end early
   * @throws ImageException if the file has none of these formats, or its header is damaged
   */
  public static Decoder open(String name, byte[] file, boolean truncated) throws ImageException {
    Optional<ImageFormat> found = of(file);
    if (found.isEmpty()) {
      throw new ImageException(
          "%s: expected a %s picture, but found %s".formatted(name, titles(), describe(file)));
    }
    ImageFormat format = found.get();
    return format.opener.open(new ImageFile(name, format.title, file, truncated));
  }

  /** Returns the names of all formats, in the style of "JPEG, PNG or GIF". */
  private static String titles() {
    String all = Arrays.stream(values()).map(ImageFormat::title).collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return all.substring(0, last) + " or " + all.substring(last + 2);
  }

  /** Describes the first bytes of a file for a message. */
  private static String describe(byte[] file) {
    if (file.length == 0) {
      return "an empty file";
    }
    Optional<String> known = refused(file);
    if (known.isPresent()) {
      return "a %s file, which is not supported".formatted(known.get());
    }
    int shown = Math.min(file.length, 16);
    StringBuilder text = new StringBuilder();
    for (char c : new String(file, 0, shown, StandardCharsets.ISO_8859_1).toCharArray()) {
      text.append(c >= ' ' && c < 127 ? c : '.');
    }
    return "%d bytes that begin with '%s'".formatted(file.length, text);
  }

  private static Optional<String> refused(byte[] file) {
    if (file.length >= 12 && ISO_MEDIA.matches(file)) {
      String brand = new String(file, 8, 4, StandardCharsets.ISO_8859_1);
      return switch (brand) {
        case "avif", "avis" -> Optional.of("AVIF");
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1" ->
            Optional.of("HEIC");
        case "crx " -> Optional.of(Refused.RAW.title);
        case "jxl " -> Optional.of(Refused.JPEG_XL.title);
        case "jp2 ", "jpx " -> Optional.of(Refused.JPEG_2000.title);
        default -> Optional.of("video or other ISO media");
      };
    }
    return Arrays.stream(Refused.values())
        .filter(format -> format.begins(file))
        .map(format -> format.title)
        .findFirst();
  }
}
