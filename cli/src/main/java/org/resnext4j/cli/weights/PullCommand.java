package org.resnext4j.cli.weights;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.ProgressLine;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.Downloader;
import org.resnext4j.inference.catalogue.Expected;
import org.resnext4j.inference.catalogue.HubRepository;
import org.resnext4j.inference.catalogue.Progress;
import org.resnext4j.inference.catalogue.PublishedWeights;
import org.resnext4j.inference.catalogue.WeightCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code resnext pull}: downloads published weights by name. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description =
        "Download published weights from their publisher. The download is verified and resumable. --list lists them."
            + " Proxies: Java's https.proxyHost, or HTTPS_PROXY.")
public final class PullCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description =
          "Name of the weights, or OWNER/NAME of a model on Hugging Face's hub, such as timm/seresnext50_32x4d.racm_in1k.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--list", description = "List all published weights.")
  private boolean list;

  @Option(names = "--json", description = "With --list: print JSON.")
  private boolean json;

  @Option(
      names = "--from",
      paramLabel = "URL|FILE",
      description =
          "Take the file from this path or address, and store it as NAME. For OWNER/NAME: the address of another hub.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--sha256",
      paramLabel = "DIGITS",
      description = "With --from and a NAME of your own: the beginning of the file's SHA-256.")
  private Optional<String> sha256 = Optional.empty();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder for the weights (default: $RESNEXT4J_CACHE or the user's cache).")
  private Optional<Path> cache = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Catalogue catalogue = Catalogue.standard();
    WeightCache folder = cache.map(WeightCache::new).orElseGet(WeightCache::standard);
    if (list) {
      print(catalogue, folder);
      return 0;
    }
    String wanted =
        name.orElseThrow(() ->
            new ParameterException(
                spec.commandLine(), "pull needs the NAME of weights, or --list"));
    Optional<PublishedWeights> published = catalogue.lookUp(wanted);
    try (Downloader downloader = Downloader.create();
        ProgressLine line =
            new ProgressLine(
                spec.commandLine().getErr(),
                Terminal.isError(),
                bytes -> String.format(Locale.ROOT, "%.1f", bytes / 1e6),
                " MB")) {
      Progress progress = progress(line);
      Path file;
      Optional<HubRepository> repository = HubRepository.parse(wanted);
      if (repository.isPresent()) {
        URI hub = from.map(URI::create).orElse(HubRepository.HUB);
        file = folder.pull(repository.get(), hub, downloader, progress);
      } else if (published.isPresent()) {
        describe(published.get());
        file =
            from.isPresent()
                ? folder.pull(published.get(), from.get(), downloader, progress)
                : folder.pull(published.get(), downloader, progress);
      } else if (from.isPresent()) {
        Expected expected = new Expected(OptionalLong.empty(), sha256);
        file = folder.pull(wanted, from.get(), expected, downloader, progress);
      } else {
        catalogue.find(wanted); // Throws an exception that lists similar names.
        return 2;
      }
      line.clear();
      PrintWriter out = spec.commandLine().getOut();
      out.println(file);
      out.println(
          "try: resnext predict --weights %s PICTURE"
              .formatted(published.map(PublishedWeights::name).orElse(wanted)));
      return 0;
    }
  }

  private Progress progress(ProgressLine line) {
    return new Progress() {
      @Override
      public void received(long received, OptionalLong total) {
        line.show(received, total);
      }

      @Override
      public void retrying(String reason) {
        line.clear();
        spec.commandLine().getErr().println("resnext: " + reason + "; trying again");
      }
    };
  }

  private void describe(PublishedWeights weights) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("%s, by %s (%s)".formatted(weights.name(), weights.publisher(), weights.source()));
    out.println(
        "licence: %s%s"
            .formatted(weights.licence(), weights.nonCommercial() ? ", no commercial use" : ""));
    out.flush();
  }

  private void print(Catalogue catalogue, WeightCache folder) {
    TextTable table =
        new TextTable(
            "name",
            "model",
            ">size",
            ">pixels",
            ">top-1",
            ">top-5",
            "licence",
            "publisher",
            "here");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (PublishedWeights weights : catalogue.entries()) {
      boolean here = folder.find(weights).isPresent();
      table.row(
          weights.name(),
          weights.model(),
          weights.bytes().isPresent() ? Format.megabytes(weights.bytes().getAsLong()) : "–",
          String.valueOf(weights.preprocessing().crop()),
          percent(weights.top1()),
          percent(weights.top5()),
          weights.licence(),
          weights.publisher(),
          here ? "✓" : "");
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", weights.name());
      row.put("aliases", weights.aliases());
      row.put("model", weights.model());
      row.put("url", weights.url().toString());
      weights.bytes().ifPresent(bytes -> row.put("bytes", bytes));
      weights.sha256().ifPresent(digits -> row.put("sha256", digits));
      weights.top1().ifPresent(value -> row.put("top1", value));
      weights.top5().ifPresent(value -> row.put("top5", value));
      row.put("licence", weights.licence());
      row.put("publisher", weights.publisher());
      row.put("source", weights.source().toString());
      row.put("here", here);
      rows.add(row);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonMapper.shared().writeValueAsString(rows));
    } else {
      out.print(table);
      out.println(
          "accuracy: ImageNet-1K validation, in percent, as published for the size of its preprocessing");
    }
  }

  private static String percent(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "–";
  }
}
