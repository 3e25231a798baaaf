package org.resnext4j.vision.tiff;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.Decoder;
import org.resnext4j.vision.decode.ImageFile;
import org.resnext4j.vision.decode.Orientation;

/**
 * Decodes the first page of a TIFF file (TIFF 6.0) to the pixels of Pillow: grey, RGB, palette,
 * CMYK and YCbCr pixels, in strips or tiles, with interleaved or separate planes. Pillow turns TIFF
 * pages upright; the picture has the size of the upright page.
 *
 * @param page the properties of the page
 */
public record TiffDecoder(TiffPage page) implements Decoder {

  /** The limit of pixels in the tiles of a small picture. */
  private static final long LARGEST_TILE = 1L << 22;

  /**
   * Reads the directory of the first page.
   *
   * @throws ImageException if the directory is damaged or the kind of page is not supported
   */
  public static TiffDecoder open(ImageFile file) throws ImageException {
    return new TiffDecoder(TiffPage.read(file));
  }

  @Override
  public int width() {
    return Orientation.isSideways(page.orientation()) ? page.height() : page.width();
  }

  @Override
  public int height() {
    return Orientation.isSideways(page.orientation()) ? page.width() : page.height();
  }

  /** Counts the stored page, a segment, and the upright page. */
  @Override
  public int bytesOfPixel() {
    return 2 * Image.CHANNELS + page.samples() * Math.ceilDiv(page.bits(), Byte.SIZE);
  }

  @Override
  public Image decode() throws ImageException {
    return Orientation.upright(stored(), page.orientation());
  }

  private Image stored() throws ImageException {
    TiffHeader header = page.header();
    ImageFile file = header.file();
    int width = page.width();
    int height = page.height();
    boolean tiled = header.has(TiffHeader.TILE_WIDTH) || header.has(TiffHeader.TILE_OFFSETS);
    int rows = header.first(TiffHeader.ROWS_PER_STRIP, height);
    int across = tiled ? header.first(TiffHeader.TILE_WIDTH, 0) : width;
    int down = tiled ? header.first(TiffHeader.TILE_HEIGHT, 0) : Math.min(height, rows);
    if (across < 1 || down < 1) {
      throw file.damaged("its segments are %d×%d pixels".formatted(across, down));
    }
    int columns = Math.ceilDiv(width, across);
    long regions = (long) columns * Math.ceilDiv(height, down);
    // Tiles extend beyond the picture. A damaged file must not request much more memory than the
    // picture needs.
    long most = Math.max(LARGEST_TILE, 4L * width * height);
    if ((long) across * down > most / regions) {
      throw file.damaged("its %d segments are %d×%d pixels each".formatted(regions, across, down));
    }
    try (TiffSegments segments = new TiffSegments(page, tiled, regions)) {
      Image image = Image.black(height, width);
      TiffRow row = TiffRow.of(page, across);
      for (int region = 0; region < regions; region++) {
        int top = region / columns * down;
        int left = region % columns * across;
        int stored = tiled ? down : Math.min(down, height - top);
        byte[][] planes = segments.read(region, across, stored);
        for (int y = 0; y < stored && top + y < height; y++) {
          row.unpack(planes, y);
          row.store(image, top + y, left, Math.min(across, width - left));
        }
      }
      return image;
    }
  }
}
