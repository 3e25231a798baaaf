package org.resnext4j.cli.picture;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.ClassifierOptions;
import org.resnext4j.cli.terminal.Interruption;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.cli.terminal.ProgressLine;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.stream.BulkClassifier;
import org.resnext4j.inference.stream.BulkClassifier.Summary;
import org.resnext4j.inference.stream.PictureSource;
import org.resnext4j.inference.stream.PictureSources;
import org.resnext4j.inference.stream.Prediction;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.inference.stream.PredictionWriter;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.Skipped;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext predict}: classifies pictures. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Classify pictures. Without --weights, the bundled model is used.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every picture was classified",
      "1:some could not be read, or the work failed",
      "2:wrong usage"
    })
public final class PredictCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ClassifierOptions classifying;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1..*",
      description =
          "Files, folders (with all below), patterns such as 'photos/**.jpg', or - for the standard"
              + " input: file names, one a line, or one picture's bytes.")
  private List<String> pictures = List.of();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the classes: text, TSV or JSON.")
  private Optional<Path> labels = Optional.empty();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "Classes of each picture (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private PredictionWriter.Format format;

  @Option(
      names = "--explain",
      paramLabel = "DIR",
      description = "Folder for heat maps, which show the evidence for each picture's first class.")
  private Optional<Path> explain = Optional.empty();

  @Option(
      names = "--stop-at-failure",
      description = "Stop at the first picture that cannot be read.")
  private boolean stopAtFailure;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (top < 1) {
      throw new IllegalArgumentException("--top must be at least 1, but was " + top);
    }
    if (explain.isPresent()) {
      Files.createDirectories(explain.get());
    }
    List<PictureSource> known = new ArrayList<>();
    Skipped skipped = Skipped.NOTHING;
    List<Iterator<PictureSource>> parts = new ArrayList<>();
    for (String argument : pictures) {
      if (argument.equals("-")) {
        parts.add(PictureSources.read(System.in));
      } else {
        PictureSources.Found found = PictureSources.find(List.of(argument));
        known.addAll(found.sources());
        parts.add(found.sources().iterator());
        skipped = skipped.plus(found.skipped());
      }
    }
    OptionalLong total =
        pictures.contains("-") ? OptionalLong.empty() : OptionalLong.of(known.size());
    PrintWriter out = spec.commandLine().getOut();
    // Ctrl-C stops the reading of pictures but not the writing, so the printed results are
    // complete, also as JSON.
    try (Interruption _ = Interruption.calling(Thread.currentThread()::interrupt);
        Classifier classifier = classifier();
        ProgressLine progress =
            new ProgressLine(
                spec.commandLine().getErr(),
                Terminal.isError() && !Terminal.isOutput(),
                "%,d"::formatted,
                " pictures");
        PredictionWriter writer =
            PredictionWriter.of(format, out, top, classifier.assumedLabels())) {
      BulkClassifier bulk =
          new BulkClassifier(
              classifier,
              Runtime.getRuntime().availableProcessors(),
              explain.isPresent(),
              stopAtFailure);
      Output output = new Output(writer, progress, total);
      Summary summary = bulk.run(chained(parts), output::take);
      progress.clear();
      Notices.skipped(spec.commandLine().getErr(), skipped);
      if (summary.failed() + summary.answered() == 0) {
        throw new IOException("the standard input: expected pictures or their names, found none");
      }
      if (summary.failed() > 0) {
        spec.commandLine()
            .getErr()
            .printf(
                "resnext: %,d of %,d pictures could not be read%n",
                summary.failed(), summary.failed() + summary.answered());
      }
      return summary.failed() > 0 ? 1 : 0;
    }
  }

  private Classifier classifier() throws IOException {
    Classifier.Builder builder = classifying.builder();
    if (labels.isPresent()) {
      builder.labels(Labels.read(labels.get()));
    }
    Classifier classifier = classifying.build(builder, spec.commandLine().getErr());
    if (classifying.isBundled() && format == PredictionWriter.Format.TABLE) {
      Notices.weights(
          spec.commandLine().getErr(),
          List.of(
              "the bundled model knows %s and nothing else; `resnext pull resnext50_32x4d` fetches one that knows the %d classes of ImageNet"
                  .formatted(
                      String.join(", ", classifier.labels().names()), Labels.imagenet().size())));
    }
    return classifier;
  }

  private static Iterator<PictureSource> chained(List<Iterator<PictureSource>> parts) {
    Iterator<Iterator<PictureSource>> rest = parts.iterator();
    return new Iterator<>() {
      private Iterator<PictureSource> part = List.<PictureSource>of().iterator();

      @Override
      public boolean hasNext() {
        while (!part.hasNext() && rest.hasNext()) {
          part = rest.next();
        }
        return part.hasNext();
      }

      @Override
      public PictureSource next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return part.next();
      }
    };
  }

  /** Writes results. */
  private final class Output {

    private final PredictionWriter writer;
    private final ProgressLine progress;
    private final OptionalLong total;
    private final Map<String, Integer> names = new HashMap<>();
    private long done;

    Output(PredictionWriter writer, ProgressLine progress, OptionalLong total) {
      this.writer = writer;
      this.progress = progress;
      this.total = total;
    }

    void take(Prediction prediction) {
      writer.write(prediction);
      if (spec.commandLine().getOut().checkError()) {
        throw new UncheckedIOException(new IOException("the results could not be written"));
      }
      switch (prediction) {
        case Answered answered -> answered.explanation().ifPresent(why -> draw(answered, why));
        case Failed failed -> {
          if (format != PredictionWriter.Format.TABLE) {
            progress.clear();
            Notices.unreadable(spec.commandLine().getErr(), failed.source(), failed.reason());
          }
        }
      }
      progress.show(++done, total);
    }

    private void draw(Answered answered, Prediction.Explanation why) {
      String name = Path.of(answered.source()).getFileName().toString();
      int times = names.merge(name, 1, Integer::sum);
      Path file =
          explain.orElseThrow().resolve(times == 1 ? name + ".png" : name + "-" + times + ".png");
      try {
        AtomicFile.write(file, why.map().png(why.picture()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
