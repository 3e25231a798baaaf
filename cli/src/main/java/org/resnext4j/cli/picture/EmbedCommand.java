package org.resnext4j.cli.picture;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.ClassifierOptions;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.cli.terminal.ProgressLine;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.embedding.Embedding;
import org.resnext4j.inference.embedding.EmbeddingFile;
import org.resnext4j.inference.stream.BulkEmbedder;
import org.resnext4j.inference.stream.PictureResults;
import org.resnext4j.inference.stream.PictureSources;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext embed}: writes the embeddings of pictures. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description =
        "Write the pooled features of pictures (timm's num_classes=0) to a file of NumPy's.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every picture was embedded",
      "1:some could not be read and have no row, or the work failed",
      "2:wrong usage"
    })
public final class EmbedCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ClassifierOptions classifying;

  @Parameters(
      paramLabel = "PICTURE",
      arity = "1..*",
      description = "Files, folders (with all below) or patterns such as 'photos/**.jpg'.")
  private List<String> pictures = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "FILE.npy: a matrix, a row a picture, with the names in FILE.txt beside it;"
              + " FILE.npz: arrays 'features' and 'names';"
              + " FILE.parquet: a row a picture, columns 'name' and 'features'.")
  private Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    PictureSources.Found found = PictureSources.find(pictures);
    OptionalLong total = OptionalLong.of(found.sources().size());
    long written = 0;
    long failed = 0;
    try (Classifier classifier = classifying.build(classifying.builder(), err);
        EmbeddingFile file = EmbeddingFile.create(out, classifier.embeddingSize());
        ProgressLine progress =
            new ProgressLine(err, Terminal.isError(), "%,d"::formatted, " pictures");
        PictureResults<Embedding> embeddings =
            BulkEmbedder.of(classifier).embeddings(found.sources().iterator())) {
      while (embeddings.hasNext()) {
        switch (embeddings.next()) {
          case Embedding.Vector vector -> {
            file.write(vector);
            written++;
          }
          case Embedding.Failed failure -> {
            failed++;
            progress.clear();
            Notices.unreadable(err, failure.source(), failure.reason());
          }
        }
        progress.show(written + failed, total);
      }
      progress.clear();
      if (written > 0) {
        file.finish();
        spec.commandLine()
            .getOut()
            .println(
                Printable.of(
                    "%d embeddings of %d numbers in %s"
                        .formatted(written, classifier.embeddingSize(), out)));
      }
    }
    Notices.skipped(err, found.skipped());
    if (failed > 0) {
      err.printf("resnext: %d of %d pictures could not be read%n", failed, written + failed);
    }
    return failed > 0 ? 1 : 0;
  }
}
