package org.resnext4j.training.run;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.AtomicFile;

/**
 * The report of a run: its curves as a picture, and a page that contains them.
 *
 * {@snippet :
 * RunReport.write(folder, run);
 * }
 */
public final class RunReport {

  /** Name of the picture in a run's folder. */
  public static final String CURVES = RunFiles.CURVES;

  /** Name of the page in a run's folder. */
  public static final String PAGE = RunFiles.PAGE;

  private RunReport() {}

  /**
   * Writes picture and page from the metrics in a run's folder; without a finished epoch it writes
   * nothing.
   *
   * @throws IOException if the metrics cannot be read or a file cannot be written
   */
  public static void write(Path folder, TrainingRun run) throws IOException {
    List<Metrics.Epoch> epochs =
        Metrics.read(folder.resolve(Metrics.FILE)).stream()
            .filter(Metrics.Epoch.class::isInstance)
            .map(Metrics.Epoch.class::cast)
            .toList();
    if (epochs.isEmpty()) {
      return;
    }
    byte[] curves = curves(run.charts(), epochs);
    AtomicFile.write(folder.resolve(CURVES), curves);
    AtomicFile.write(folder.resolve(PAGE), page(run, epochs, curves));
  }

  private static byte[] curves(Charts charts, List<Metrics.Epoch> epochs) throws IOException {
    List<Metrics.Epoch> validated =
        epochs.stream().filter(epoch -> epoch.validation().isPresent()).toList();
    XYChart loss = chart("Loss", charts.loss());
    add(loss, "training", epochs, Metrics.Epoch::loss);
    add(
        loss,
        "validation",
        validated.stream().filter(epoch -> judgement(epoch).has(Judgement.LOSS)).toList(),
        epoch -> judgement(epoch).figure(Judgement.LOSS));
    XYChart figure = chart(charts.title(), charts.figure());
    add(
        figure,
        "training",
        epochs.stream().filter(epoch -> !epoch.figures().isEmpty()).toList(),
        epoch -> charts.shown(epoch.figures().firstEntry().getValue()));
    add(figure, "validation", validated, epoch -> charts.shown(judgement(epoch).score()));
    return png(
        sideBySide(BitmapEncoder.getBufferedImage(loss), BitmapEncoder.getBufferedImage(figure)));
  }

  private static Judgement judgement(Metrics.Epoch epoch) {
    return epoch.validation().orElseThrow();
  }

  /** The bytes of a PNG file with an image. */
  public static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private static BufferedImage sideBySide(BufferedImage left, BufferedImage right) {
    BufferedImage both =
        new BufferedImage(
            left.getWidth() + right.getWidth(),
            Math.max(left.getHeight(), right.getHeight()),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = both.createGraphics();
    graphics.drawImage(left, 0, 0, null);
    graphics.drawImage(right, left.getWidth(), 0, null);
    graphics.dispose();
    return both;
  }

  private static XYChart chart(String title, String unit) {
    XYChart chart =
        new XYChartBuilder()
            .width(560)
            .height(380)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setLocale(Locale.ROOT);
    return chart;
  }

  private static void add(
      XYChart chart,
      String name,
      List<Metrics.Epoch> epochs,
      ToDoubleFunction<Metrics.Epoch> value) {
    if (!epochs.isEmpty()) {
      double[] at = epochs.stream().mapToDouble(Metrics.Epoch::epoch).toArray();
      double[] values = epochs.stream().mapToDouble(value).toArray();
      chart.addSeries(name, at, values).setMarker(SeriesMarkers.CIRCLE);
    }
  }

  private static String page(TrainingRun run, List<Metrics.Epoch> epochs, byte[] curves) {
    List<String> trained = names(epochs.stream().map(Metrics.Epoch::figures));
    List<String> validated =
        names(epochs.stream().flatMap(epoch -> epoch.validation().stream()).map(Judgement::curves));
    StringBuilder head = new StringBuilder("<th>epoch<th>training loss");
    trained.forEach(name -> head.append(heading(run.charts(), "training ", name)));
    validated.forEach(name -> head.append(heading(run.charts(), "validation ", name)));
    head.append("<th>learning rate<th>images/s<th>waited %");
    StringBuilder rows = new StringBuilder();
    for (Metrics.Epoch epoch : epochs) {
      rows.append(String.format(Locale.ROOT, "<tr><td>%d<td>%.4f", epoch.epoch(), epoch.loss()));
      trained.forEach(name -> rows.append(cell(run.charts(), epoch.figures(), name)));
      Map<String, Double> validation =
          epoch.validation().<Map<String, Double>>map(Judgement::curves).orElse(Map.of());
      validated.forEach(name -> rows.append(cell(run.charts(), validation, name)));
      rows.append(
          String.format(
              Locale.ROOT,
              "<td>%.5f<td>%.0f<td>%.1f%n",
              epoch.learningRate(),
              epoch.imagesPerSecond(),
              100 * epoch.waitedShare()));
    }
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>%s, %s</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; } td, th { padding: .2rem .8rem; text-align: right; }
      tbody tr:nth-child(odd) { background: #f3f3f3; } img { max-width: 100%%; }
      pre { background: #f3f3f3; padding: 1rem; overflow: auto; }
    </style>
    <h1>%s</h1>
    <p>%s</p>
    <img alt="Curves of training and validation, epoch by epoch" src="data:image/png;base64,%s">
    <table>
    <thead><tr>%s</thead>
    <tbody>
    %s</tbody>
    </table>
    <h2>Run</h2>
    <pre>%s</pre>
    </html>
    """
        .formatted(
            escape(run.modelName()),
            escape(run.recipeName()),
            escape(run.modelName()),
            escape(run.summary()),
            Base64.getEncoder().encodeToString(curves),
            head,
            rows,
            escape(run.toJson()));
  }

  private static List<String> names(Stream<? extends Map<String, Double>> figures) {
    return figures.flatMap(map -> map.keySet().stream()).distinct().toList();
  }

  private static String heading(Charts charts, String part, String name) {
    return "<th>" + part + escape(name) + (name.equals(Judgement.LOSS) ? "" : charts.unit());
  }

  private static String cell(Charts charts, Map<String, Double> figures, String name) {
    Double value = figures.get(name);
    if (value == null) {
      return "<td>";
    }
    return name.equals(Judgement.LOSS)
        ? String.format(Locale.ROOT, "<td>%.4f", value)
        : String.format(
            Locale.ROOT, charts.shares() ? "<td>%.2f" : "<td>%.4f", charts.shown(value));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
