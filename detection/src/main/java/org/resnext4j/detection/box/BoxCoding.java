package org.resnext4j.detection.box;

/**
 * Encodes a box as four deltas from a reference box (R-CNN, appendix C). The deltas are the
 * centre's offset in fractions of the reference's size and the logarithms of the size ratios, each
 * multiplied by a weight.
 *
 * @param centreWeight factor of the two deltas of the centre: 1 for proposals, 10 for detections
 * @param sizeWeight factor of the two deltas of the size: 1 for proposals, 5 for detections
 */
public record BoxCoding(float centreWeight, float sizeWeight) {

  /** The coding of proposals. */
  public static final BoxCoding PROPOSALS = new BoxCoding(1, 1);

  /** The coding of detections. */
  public static final BoxCoding DETECTIONS = new BoxCoding(10, 5);

  /** Largest logarithm of a size ratio, 1000/16. The bound keeps the exponential finite. */
  private static final float LARGEST_LOGARITHM = (float) Math.log(1000.0 / 16);

  /**
   * Decodes deltas to boxes.
   *
   * @param deltas four values for each box: centre's x and y, logarithms of width and height
   * @param references one reference for each box
   * @throws IllegalArgumentException if the number of deltas is not four times that of boxes
   */
  public Boxes decode(float[] deltas, Boxes references) {
    requireFourEach(deltas.length, references);
    float[] corners = new float[deltas.length];
    for (int box = 0; box < references.count(); box++) {
      decode(deltas, Boxes.CORNERS * box, references, box, corners, Boxes.CORNERS * box);
    }
    return new Boxes(corners);
  }

  /** Decodes one box: reads four deltas from a position of their array and writes four corners. */
  public void decode(
      float[] deltas, int at, Boxes references, int reference, float[] corners, int to) {
    float width = references.width(reference);
    float height = references.height(reference);
    float centreX = references.left(reference) + 0.5f * width;
    float centreY = references.top(reference) + 0.5f * height;
    float x = deltas[at] / centreWeight * width + centreX;
    float y = deltas[at + 1] / centreWeight * height + centreY;
    float halfWidth = 0.5f * (exponential(deltas[at + 2] / sizeWeight) * width);
    float halfHeight = 0.5f * (exponential(deltas[at + 3] / sizeWeight) * height);
    corners[to] = x - halfWidth;
    corners[to + 1] = y - halfHeight;
    corners[to + 2] = x + halfWidth;
    corners[to + 3] = y + halfHeight;
  }

  /**
   * Encodes boxes as deltas from references.
   *
   * @param boxes boxes with a width and a height above 0
   * @param references one reference for each box, with a width and a height above 0
   * @throws IllegalArgumentException if the numbers of boxes and references differ
   */
  public float[] encode(Boxes boxes, Boxes references) {
    requireFourEach(boxes.corners().length, references);
    float[] deltas = new float[Boxes.CORNERS * boxes.count()];
    for (int box = 0; box < boxes.count(); box++) {
      float width = references.width(box);
      float height = references.height(box);
      float moveX =
          boxes.left(box) + 0.5f * boxes.width(box) - (references.left(box) + 0.5f * width);
      float moveY =
          boxes.top(box) + 0.5f * boxes.height(box) - (references.top(box) + 0.5f * height);
      int at = Boxes.CORNERS * box;
      deltas[at] = centreWeight * moveX / width;
      deltas[at + 1] = centreWeight * moveY / height;
      deltas[at + 2] = sizeWeight * (float) Math.log(boxes.width(box) / width);
      deltas[at + 3] = sizeWeight * (float) Math.log(boxes.height(box) / height);
    }
    return deltas;
  }

  private static float exponential(float logarithm) {
    return (float) Math.exp(Math.min(logarithm, LARGEST_LOGARITHM));
  }

  private static void requireFourEach(int values, Boxes references) {
    if (values != references.corners().length) {
      throw new IllegalArgumentException(
          "a coding of %d boxes needs four values each, but found %d"
              .formatted(references.count(), values));
    }
  }
}
