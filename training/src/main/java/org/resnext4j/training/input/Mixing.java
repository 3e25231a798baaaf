package org.resnext4j.training.input;

/**
 * Mixes each picture of a batch and its target with its neighbour. Mixup (Zhang et al., 2017)
 * blends pictures; CutMix (Yun et al., 2019) pastes a rectangle. If both are on, each batch gets
 * one of them with equal probability, as in torchvision's reference training.
 *
 * @param mixup parameter alpha of mixup's Beta distribution, 0 for no mixup
 * @param cutmix parameter alpha of CutMix's Beta distribution, 0 for no CutMix
 */
public record Mixing(double mixup, double cutmix) {

  /** No mixing. */
  public static final Mixing NONE = new Mixing(0, 0);

  /** Checks the ranges. */
  public Mixing {
    if (!(mixup >= 0) || !(cutmix >= 0)) {
      throw new IllegalArgumentException(
          "mixup and CutMix need an alpha of at least 0, but were %s and %s"
              .formatted(mixup, cutmix));
    }
  }

  /** Mixes a batch in place; {@link #NONE} leaves it as it is. */
  public void apply(Batch batch, Randomness random) {
    if (batch.size() < 2 || (mixup == 0 && cutmix == 0)) {
      return;
    }
    boolean blend = cutmix == 0 || (mixup != 0 && random.nextBoolean());
    if (blend) {
      blend(batch, random.nextBeta(mixup));
    } else {
      paste(batch, random.nextBeta(cutmix), random);
    }
  }

  /** Blends every picture with the one before it; {@code share} is its own weight. */
  static void blend(Batch batch, double share) {
    blend(batch.images(), batch.size(), (float) share);
    blend(batch.targets(), batch.size(), (float) share);
  }

  private static void paste(Batch batch, double share, Randomness random) {
    int height = batch.height();
    int width = batch.width();
    int row = random.nextInt(height);
    int column = random.nextInt(width);
    double half = 0.5 * Math.sqrt(1 - share);
    int top = Math.max(0, row - (int) (half * height));
    int bottom = Math.min(height, row + (int) (half * height));
    int left = Math.max(0, column - (int) (half * width));
    int right = Math.min(width, column + (int) (half * width));
    paste(batch, top, left, bottom, right);
  }

  /** Pastes a rectangle of the picture before into every picture, and blends targets by area. */
  static void paste(Batch batch, int top, int left, int bottom, int right) {
    float[] images = batch.images();
    int channels = batch.channels();
    int rowLength = batch.width() * channels;
    int picture = batch.height() * rowLength;
    int last = batch.size() - 1;
    float[] carried = new float[picture];
    System.arraycopy(images, last * picture, carried, 0, picture);
    // The loop runs from the last picture to the first, so each neighbour is still whole.
    for (int i = last; i >= 0; i--) {
      for (int y = top; y < bottom; y++) {
        int offset = y * rowLength + left * channels;
        float[] source = i == 0 ? carried : images;
        int from = i == 0 ? offset : (i - 1) * picture + offset;
        System.arraycopy(source, from, images, i * picture + offset, (right - left) * channels);
      }
    }
    double pasted = (double) (bottom - top) * (right - left) / (batch.height() * batch.width());
    blend(batch.targets(), batch.size(), (float) (1 - pasted));
  }

  /** Blends each row with the row before it, and the first row with the last. */
  private static void blend(float[] rows, int count, float share) {
    int length = rows.length / count;
    float[] last = new float[length];
    System.arraycopy(rows, (count - 1) * length, last, 0, length);
    for (int row = count - 1; row >= 0; row--) {
      float[] source = row == 0 ? last : rows;
      int from = row == 0 ? 0 : (row - 1) * length;
      for (int i = 0; i < length; i++) {
        int at = row * length + i;
        rows[at] = share * rows[at] + (1 - share) * source[from + i];
      }
    }
  }
}
