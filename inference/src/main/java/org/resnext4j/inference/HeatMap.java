package org.resnext4j.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Crop;
import org.resnext4j.vision.transform.Resize;

/**
 * A class activation map: the share of each place of a picture in the logit of a class (Zhou et
 * al., "Learning Deep Features for Discriminative Localization", 2016).
 *
 * <p>The network ends with the mean over all places of its last map and one linear layer. Both are
 * linear, so their order may change: the class's row of the linear layer, applied to each place,
 * gives the share of this place. The mean of all shares plus the bias <em>is</em> the logit of the
 * class; this is exact.
 *
 * {@snippet :
 * HeatMap map = classifier.explain(image);
 * Files.write(Path.of("explained.png"), map.png(image));
 * }
 */
public final class HeatMap {

  private static final int[][] COLOURS = {
    {38, 18, 76}, {120, 28, 109}, {202, 62, 80}, {248, 137, 35}, {252, 232, 120}
  };

  /** Opacity of the strongest heat. */
  private static final double STRONGEST = 0.72;

  /** Brightness of the parts that the network did not read. */
  private static final double UNSEEN = 0.45;

  private final Label label;
  private final int rows;
  private final int columns;
  private final float[] evidence;
  private final float bias;
  private final Region region;

  /**
   * The part of a picture that a map covers, in fractions of the picture's sides. It reaches beyond
   * a padded picture.
   *
   * @param top distance of the upper edge from the picture's upper edge
   * @param left distance of the left edge from the picture's left edge
   * @param height height of the part
   * @param width width of the part
   */
  public record Region(double top, double left, double height, double width) {

    /** The part of a picture that the network reads: the outline of the crop before resizing. */
    public static Region of(Image image, Preprocessing preprocessing) {
      Resize.Size resized = preprocessing.resizedSize(image);
      Crop window = preprocessing.window(resized);
      return new Region(
          (double) window.top() / resized.height(),
          (double) window.left() / resized.width(),
          (double) window.height() / resized.height(),
          (double) window.width() / resized.width());
    }
  }

  private HeatMap(Label label, int rows, int columns, float[] evidence, float bias, Region region) {
    this.label = label;
    this.rows = rows;
    this.columns = columns;
    this.evidence = evidence;
    this.bias = bias;
    this.region = region;
  }

  /**
   * Computes the map of a class.
   *
   * @param label the class
   * @param rows rows of the last map
   * @param columns columns of the last map
   * @param features output of the last stage for one picture {@code [rows, columns, channels]}
   * @param weights weights of the linear layer {@code [classes, channels]}
   * @param bias bias of the linear layer for the class
   * @param region the part of the picture that the map covers
   */
  static HeatMap of(
      Label label,
      int rows,
      int columns,
      float[] features,
      float[] weights,
      float bias,
      Region region) {
    int channels = features.length / (rows * columns);
    float[] evidence = new float[rows * columns];
    int row = label.index() * channels;
    for (int place = 0; place < evidence.length; place++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += (double) features[place * channels + c] * weights[row + c];
      }
      evidence[place] = (float) sum;
    }
    return new HeatMap(label, rows, columns, evidence, bias, region);
  }

  /** The class with its probability. */
  public Label label() {
    return label;
  }

  /** Rows of the map. */
  public int rows() {
    return rows;
  }

  /** Columns of the map. */
  public int columns() {
    return columns;
  }

  /** The share of a place in the logit: positive for the class, negative against it. */
  public float at(int row, int column) {
    return evidence[row * columns + column];
  }

  /** The logit of the class: the mean of all shares plus the bias of the linear layer. */
  public double logit() {
    double sum = 0;
    for (float share : evidence) {
      sum += share;
    }
    return sum / evidence.length + bias;
  }

  /**
   * Resizes the map bilinearly, as PyTorch's {@code interpolate(align_corners=False)} does.
   *
   * @return shares {@code [height, width]}
   */
  public float[] resized(int height, int width) {
    float[] values = new float[Math.multiplyExact(height, width)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] =
            (float) interpolate((y + 0.5) / height * rows - 0.5, (x + 0.5) / width * columns - 0.5);
      }
    }
    return values;
  }

  /** Interpolates between the centres of places; the outermost shares continue to the edges. */
  private double interpolate(double row, double column) {
    double y = Math.clamp(row, 0, rows - 1);
    double x = Math.clamp(column, 0, columns - 1);
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, rows - 1);
    int right = Math.min(left + 1, columns - 1);
    double upper = at(top, left) + (x - left) * (at(top, right) - at(top, left));
    double lower = at(bottom, left) + (x - left) * (at(bottom, right) - at(bottom, left));
    return upper + (y - top) * (lower - upper);
  }

  /**
   * Draws the positive shares over the picture, from none (unchanged) to the strongest (yellow).
   * Parts that preprocessing cut off are darker.
   *
   * @param picture the explained picture in any size
   */
  public Image overlay(Image picture) {
    float strongest = 0;
    for (float share : evidence) {
      strongest = Math.max(strongest, share);
    }
    Image result = Image.black(picture.height(), picture.width());
    for (int y = 0; y < picture.height(); y++) {
      double v = ((y + 0.5) / picture.height() - region.top()) / region.height();
      for (int x = 0; x < picture.width(); x++) {
        double u = ((x + 0.5) / picture.width() - region.left()) / region.width();
        boolean seen = v >= 0 && v < 1 && u >= 0 && u < 1;
        double share = seen ? interpolate(v * rows - 0.5, u * columns - 0.5) : 0;
        double heat = strongest > 0 ? Math.max(0, share) / strongest : 0;
        double cover = STRONGEST * Math.sqrt(heat);
        for (int c = 0; c < Image.CHANNELS; c++) {
          double below = picture.sample(y, x, c) * (seen ? 1 : UNSEEN);
          double value = below + cover * (colour(heat, c) - below);
          result.rgb()[(y * picture.width() + x) * Image.CHANNELS + c] = (byte) Math.rint(value);
        }
      }
    }
    return result;
  }

  /** One channel of the colour for a heat from 0 to 1. */
  private static double colour(double heat, int channel) {
    double at = heat * (COLOURS.length - 1);
    int below = Math.min((int) at, COLOURS.length - 2);
    int low = COLOURS[below][channel];
    return low + (at - below) * (COLOURS[below + 1][channel] - low);
  }

  /**
   * Encodes the {@link #overlay} as a PNG file.
   *
   * @param picture the explained picture in any size
   */
  public byte[] png(Image picture) {
    return encode(overlay(picture));
  }

  /** Encodes a picture as a PNG file. */
  public static byte[] encode(Image image) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image.toBufferedImage(), "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "HeatMap[%s, %d×%d]".formatted(label.name(), rows, columns);
  }
}
