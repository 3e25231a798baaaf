package org.resnext4j.evaluation.board;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.resnext4j.vision.metrics.Interval;

/**
 * A chart of accuracy against complexity as an SVG picture. Rings are published values; discs with
 * intervals are measured values. The page's style sets the colours for light and dark themes. Title
 * and description serve screen readers.
 */
final class ScatterChart {

  private static final int WIDTH = 860;
  private static final int HEIGHT = 460;
  private static final int LEFT = 64;
  private static final int RIGHT = 230;
  private static final int TOP = 20;
  private static final int BOTTOM = 56;
  private static final int LINE = 13;

  private final String title;
  private final String vertical;
  private final List<Point> points;
  private final double lowX;
  private final double highX;
  private final double lowY;
  private final double highY;

  /**
   * A point.
   *
   * @param label text beside the point
   * @param multiplyAdds horizontal coordinate, positive
   * @param value vertical coordinate
   * @param interval interval of the value, if there is one
   * @param measured whether the value was measured; otherwise it was published
   */
  record Point(
      String label,
      double multiplyAdds,
      double value,
      Optional<Interval> interval,
      boolean measured) {}

  /**
   * A chart.
   *
   * @param title title of the chart
   * @param vertical label of the vertical axis
   * @param points the points, at least one
   */
  ScatterChart(String title, String vertical, List<Point> points) {
    this.title = title;
    this.vertical = vertical;
    this.points = points;
    // The horizontal axis is logarithmic, because complexities differ by factors.
    lowX = Math.log10(points.stream().mapToDouble(Point::multiplyAdds).min().orElseThrow()) - 0.08;
    highX = Math.log10(points.stream().mapToDouble(Point::multiplyAdds).max().orElseThrow()) + 0.08;
    double low = points.stream().mapToDouble(ScatterChart::bottom).min().orElseThrow();
    double high = points.stream().mapToDouble(ScatterChart::top).max().orElseThrow();
    double margin = Math.max(0.2, (high - low) * 0.08);
    lowY = low - margin;
    highY = high + margin;
  }

  private static double bottom(Point point) {
    return point.interval().map(Interval::low).orElse(point.value());
  }

  private static double top(Point point) {
    return point.interval().map(Interval::high).orElse(point.value());
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg class="chart" viewBox="0 0 %d %d" role="img" aria-labelledby="chart-title chart-text">
        <title id="chart-title">%s</title>
        <desc id="chart-text">%s</desc>
        """
            .formatted(WIDTH, HEIGHT, Html.text(title), Html.text(description())));
    grid(svg);
    points.forEach(point -> mark(svg, point));
    labels(svg);
    return svg.append("</svg>\n").toString();
  }

  private String description() {
    StringBuilder text = new StringBuilder();
    points.stream()
        .sorted(Comparator.comparingDouble(Point::multiplyAdds))
        .forEach(p ->
            text.append(
                "%s: %s at %s multiply-adds, %s. "
                    .formatted(
                        p.label(),
                        Numbers.rounded(p.value()),
                        quantity(p.multiplyAdds()),
                        p.measured() ? "measured" : "published")));
    return text.toString().strip();
  }

  private void grid(StringBuilder svg) {
    double step = step(highY - lowY);
    for (double y = Math.ceil(lowY / step) * step; y <= highY; y += step) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>%n",
              LEFT,
              WIDTH - RIGHT,
              y(y),
              y(y),
              LEFT - 8,
              y(y) + 4,
              Numbers.plain(Math.round(y * 100) / 100.0)));
    }
    for (double power = Math.floor(lowX); power <= highX; power++) {
      for (int digit : new int[] {1, 2, 5}) {
        double value = digit * Math.pow(10, power);
        if (Math.log10(value) >= lowX && Math.log10(value) <= highX) {
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                      + "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                  x(value),
                  x(value),
                  TOP,
                  HEIGHT - BOTTOM,
                  x(value),
                  HEIGHT - BOTTOM + 18,
                  quantity(value)));
        }
      }
    }
    svg.append(
        """
        <text class="axis" text-anchor="middle" x="%d" y="%d">multiply-adds for one picture</text>
        <text class="axis" text-anchor="middle" transform="translate(16 %d) rotate(-90)">%s</text>
        """
            .formatted(
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 12,
                (TOP + HEIGHT - BOTTOM) / 2,
                Html.text(vertical)));
  }

  private void mark(StringBuilder svg, Point point) {
    double x = x(point.multiplyAdds());
    point
        .interval()
        .ifPresent(interval ->
            svg.append(
                String.format(
                    Locale.ROOT,
                    "<line class=\"interval\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    x,
                    x,
                    y(interval.low()),
                    y(interval.high()))));
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>%n",
            point.measured() ? "measured" : "published",
            x,
            y(point.value())));
  }

  /**
   * Writes the labels. A label takes the nearest height at which it covers neither a point nor
   * another label; a line connects it to its point if it is not beside the point.
   */
  private void labels(StringBuilder svg) {
    List<Box> taken = new ArrayList<>();
    for (Point point : points) {
      taken.add(new Box(x(point.multiplyAdds()) - 5, y(point.value()) - 5, 10, 10));
    }
    points.stream()
        .sorted(Comparator.comparingDouble((Point p) -> p.value()).reversed())
        .forEach(point -> {
          double x = x(point.multiplyAdds());
          double y = y(point.value());
          Box box = place(taken, x + 9, y - LINE / 2.0, point.label().length() * 6.0);
          taken.add(box);
          double middle = box.top() + LINE / 2.0;
          if (Math.abs(middle - y) > 4) {
            svg.append(
                String.format(
                    Locale.ROOT,
                    "<line class=\"leader\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    x + 4,
                    box.left() - 2,
                    y,
                    middle));
          }
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                  box.left(),
                  box.top() + LINE - 3,
                  Html.text(point.label())));
        });
  }

  private record Box(double left, double top, double width, double height) {
    boolean overlaps(Box other) {
      return left < other.left + other.width
          && other.left < left + width
          && top < other.top + other.height
          && other.top < top + height;
    }
  }

  private static Box place(List<Box> taken, double left, double top, double width) {
    for (int away = 0; away < HEIGHT; away += 2) {
      for (int sign : new int[] {1, -1}) {
        Box box = new Box(left + (away > 4 ? 10 : 0), top + sign * away, width, LINE);
        boolean inside = box.top() >= 0 && box.top() + LINE <= HEIGHT - BOTTOM;
        if (inside && taken.stream().noneMatch(box::overlaps)) {
          return box;
        }
      }
    }
    return new Box(left, top, width, LINE);
  }

  private double x(double multiplyAdds) {
    return LEFT + (Math.log10(multiplyAdds) - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
  }

  /** A round step between grid lines that gives four to ten lines. */
  private static double step(double range) {
    double step = Math.pow(10, Math.floor(Math.log10(range / 4)));
    return range / step > 25 ? 5 * step : range / step > 10 ? 2 * step : step;
  }

  private static String quantity(double multiplyAdds) {
    return multiplyAdds >= 1e9
        ? Numbers.plain(Math.round(multiplyAdds / 1e8) / 10.0) + " G"
        : Numbers.plain(Math.round(multiplyAdds / 1e5) / 10.0) + " M";
  }
}
