package org.resnext4j.inference.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.resnext4j.inference.Label;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/** The demo as one HTML file that contains its pictures, bars and heat maps. */
public final class DemoPage {

  /** Side of a heat map in pixels; larger than the pictures, so the colours are smooth. */
  private static final int SIDE = 144;

  private static final int BARS = 3;

  private DemoPage() {}

  /** The page, as text in UTF-8. */
  public static String html(Demo demo) {
    String page = template();
    for (Map.Entry<String, String> field : fields(demo).entrySet()) {
      page = page.replace("{{" + field.getKey() + "}}", field.getValue());
    }
    return page;
  }

  private static Map<String, String> fields(Demo demo) {
    int pictures = demo.shown().size();
    return Map.of(
        "right", String.valueOf(demo.right()),
        "pictures", String.valueOf(pictures),
        "loading", time(demo.loading()),
        "first", time(demo.first()),
        "each", time(demo.again().dividedBy(Math.max(1, pictures))),
        "model", escape(demo.model()),
        "card", card(demo),
        "cards", demo.shown().stream().map(DemoPage::card).collect(Collectors.joining("\n")));
  }

  private static String template() {
    try (InputStream stream = DemoPage.class.getResourceAsStream("demo.html")) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks the demo's page, demo.html");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the model's file says of itself. */
  private static String card(Demo demo) {
    if (demo.card().provenance().isEmpty()) {
      return "";
    }
    String rows =
        demo.card().provenance().entrySet().stream()
            .map(entry ->
                "<div><dt>%s</dt><dd>%s</dd></div>"
                    .formatted(escape(entry.getKey()), escape(entry.getValue())))
            .collect(Collectors.joining("\n"));
    return "<h2>Where the model comes from</h2>\n<dl class=\"facts\">\n%s\n</dl>".formatted(rows);
  }

  private static String card(Demo.Shown shown) {
    List<Label> top = shown.classification().top(BARS);
    Label best = top.getFirst();
    String verdict = shown.right() ? "right" : "wrong";
    return """
    <li class="card %s">
    <div class="pair">
    <img src="data:image/jpeg;base64,%s" width="144" height="144" alt="The picture: %s">
    <img src="data:image/png;base64,%s" width="144" height="144" alt="Heat map: what spoke for %s">
    </div>
    <h3>%s <span class="verdict">%s</span></h3>
    <ol class="bars">
    %s
    </ol>
    </li>\
    """
        .formatted(
            verdict,
            base64(shown.bytes()),
            escape(shown.truth()),
            base64(heat(shown)),
            escape(best.name()),
            escape(shown.truth()),
            shown.right() ? "✓ right" : "✗ said " + escape(best.name()),
            top.stream().map(label -> bar(label, shown.truth())).collect(Collectors.joining("\n")));
  }

  private static String bar(Label label, String truth) {
    String percent = String.format(Locale.ROOT, "%.1f", 100 * label.probability());
    return """
    <li%s><span class="name">%s</span><span class="track" aria-hidden="true">\
    <span style="width:%s%%"></span></span><span class="value">%s %%</span></li>\
    """
        .formatted(
            label.name().equals(truth) ? " class=\"truth\"" : "",
            escape(label.name()),
            percent,
            percent);
  }

  private static byte[] heat(Demo.Shown shown) {
    Image picture = shown.picture();
    Image shownLarge =
        Math.max(picture.height(), picture.width()) < SIDE
            ? Resize.shorterSide(SIDE, Interpolation.BICUBIC).apply(picture)
            : picture;
    return shown.map().png(shownLarge);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String time(Duration duration) {
    double value = duration.toNanos() / 1e6;
    if (value >= 1000) {
      return String.format(Locale.ROOT, "%.1f s", value / 1000);
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f ms" : "%.0f ms", value);
  }

  /** Text as it is safe between tags and in attributes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
        .replace("{{", "&#123;&#123;");
  }
}
