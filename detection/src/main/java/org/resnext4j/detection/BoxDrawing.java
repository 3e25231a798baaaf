package org.resnext4j.detection;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.vision.Image;

/** Draws boxes with names and scores over a picture. The boxes are visible on any background. */
public final class BoxDrawing {

  /**
   * Step on the circle of hues from class to class. The golden ratio gives neighbouring classes
   * different hues.
   */
  private static final float HUE_STEP = 0.618034f;

  private BoxDrawing() {}

  /**
   * Writes a picture with its objects as PNG.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Image picture, List<DetectedObject> objects)
      throws IOException {
    if (!ImageIO.write(draw(picture, objects), "png", file.toFile())) {
      throw new IOException(file + ": this Java cannot write PNG files");
    }
  }

  /**
   * Draws a picture with its objects. Objects with a higher score cover those with a lower score.
   */
  public static BufferedImage draw(Image picture, List<DetectedObject> objects) {
    BufferedImage drawn = picture.toBufferedImage();
    Graphics2D graphics = drawn.createGraphics();
    int shorter = Math.min(picture.width(), picture.height());
    float line = Math.max(1, shorter / 250f);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, Math.max(9, shorter / 35)));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    for (DetectedObject object : objects.reversed()) {
      draw(graphics, object, line, picture);
    }
    graphics.dispose();
    return drawn;
  }

  private static void draw(Graphics2D graphics, DetectedObject object, float line, Image picture) {
    Rectangle box = object.box();
    int left = (int) Math.round(box.left());
    int top = (int) Math.round(box.top());
    int width = (int) Math.round(box.width());
    int height = (int) Math.round(box.height());
    // A dark line under a bright one is visible on every background.
    graphics.setStroke(new BasicStroke(2.5f * line));
    graphics.setColor(Color.BLACK);
    graphics.drawRect(left, top, width, height);
    graphics.setStroke(new BasicStroke(line));
    graphics.setColor(Color.getHSBColor(object.label() * HUE_STEP, 0.75f, 1f));
    graphics.drawRect(left, top, width, height);
    String text = String.format(Locale.ROOT, "%s %.2f", object.name(), object.score());
    FontMetrics metrics = graphics.getFontMetrics();
    int textWidth = metrics.stringWidth(text) + 4;
    int textLeft = Math.clamp(left, 0, Math.max(0, picture.width() - textWidth));
    int textTop = Math.max(0, top - metrics.getHeight());
    graphics.setColor(new Color(0, 0, 0, 180));
    graphics.fillRect(textLeft, textTop, textWidth, metrics.getHeight());
    graphics.setColor(Color.WHITE);
    graphics.drawString(text, textLeft + 2, textTop + metrics.getAscent());
  }
}
