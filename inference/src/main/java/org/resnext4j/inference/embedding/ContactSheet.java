package org.resnext4j.inference.embedding;

import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/** Draws several pictures in rows of equal square cells, with a frame around the first picture. */
public final class ContactSheet {

  private static final int CELL = 160;
  private static final int GAP = 8;
  private static final int FRAME = 4;
  private static final byte PAPER = (byte) 0xff;
  private static final byte[] FRAME_COLOUR = {(byte) 0xd5, 0x5e, 0x00};

  private ContactSheet() {}

  /**
   * A picture at the size of its cell. A caller of {@link #of} may keep this picture instead of a
   * large one.
   */
  public static Image cell(Image picture) {
    double scale = (double) CELL / Math.max(picture.height(), picture.width());
    int height = Math.clamp(Math.round(picture.height() * scale), 1, CELL);
    int width = Math.clamp(Math.round(picture.width() * scale), 1, CELL);
    return Resize.exactly(height, width, Interpolation.BILINEAR).apply(picture);
  }

  /**
   * Draws the sheet.
   *
   * @param pictures at least one picture, in rows from left to right and from top to bottom
   * @param columns number of pictures in a row
   */
  public static Image of(List<Image> pictures, int columns) {
    int across = Math.min(columns, pictures.size());
    int down = Math.ceilDiv(pictures.size(), columns);
    int step = CELL + GAP;
    Image sheet = Image.black(down * step + GAP, across * step + GAP);
    java.util.Arrays.fill(sheet.rgb(), PAPER);
    for (int y = GAP - FRAME; y < GAP + CELL + FRAME; y++) {
      for (int x = GAP - FRAME; x < GAP + CELL + FRAME; x++) {
        boolean inside = y >= GAP && y < GAP + CELL && x >= GAP && x < GAP + CELL;
        if (!inside) {
          System.arraycopy(FRAME_COLOUR, 0, sheet.rgb(), at(sheet, y, x), Image.CHANNELS);
        }
      }
    }
    for (int i = 0; i < pictures.size(); i++) {
      Image cell = cell(pictures.get(i));
      int top = GAP + i / columns * step + (CELL - cell.height()) / 2;
      int left = GAP + i % columns * step + (CELL - cell.width()) / 2;
      for (int y = 0; y < cell.height(); y++) {
        System.arraycopy(
            cell.rgb(),
            at(cell, y, 0),
            sheet.rgb(),
            at(sheet, top + y, left),
            cell.width() * Image.CHANNELS);
      }
    }
    return sheet;
  }

  private static int at(Image image, int y, int x) {
    return (y * image.width() + x) * Image.CHANNELS;
  }
}
