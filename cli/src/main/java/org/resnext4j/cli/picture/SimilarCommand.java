package org.resnext4j.cli.picture;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.ClassifierOptions;
import org.resnext4j.cli.terminal.Failures;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.cli.terminal.ProgressLine;
import org.resnext4j.cli.terminal.Terminal;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.inference.embedding.ContactSheet;
import org.resnext4j.inference.embedding.Embedding;
import org.resnext4j.inference.embedding.Neighbours;
import org.resnext4j.inference.stream.BulkEmbedder;
import org.resnext4j.inference.stream.PictureResults;
import org.resnext4j.inference.stream.PictureSource;
import org.resnext4j.inference.stream.PictureSources;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext similar}: finds the pictures that are most similar to a given picture. */
@Command(
    name = "similar",
    mixinStandardHelpOptions = true,
    description = "Find the pictures of a folder that are most like one, by their embeddings.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every picture was compared",
      "1:some could not be read, or the work failed",
      "2:wrong usage"
    })
public final class SimilarCommand implements Callable<Integer> {

  private static final int COLUMNS = 6;

  @Spec private CommandSpec spec;

  @Mixin private ClassifierOptions classifying;

  @Parameters(index = "0", paramLabel = "QUERY", description = "A picture file.")
  private Path query;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FOLDER",
      description = "Folders (with all below), files or patterns.")
  private List<String> pictures = List.of();

  @Option(
      names = "--top",
      defaultValue = "10",
      paramLabel = "N",
      description = "Pictures to show (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a contact sheet there, as PNG: the query in a frame, then the others.")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (top < 1 || top > 1000) {
      throw new ParameterException(
          spec.commandLine(), "--top: expected a number from 1 to 1000, but found " + top);
    }
    PrintWriter err = spec.commandLine().getErr();
    PictureSources.Found found = PictureSources.find(pictures);
    List<PictureSource> others =
        found.sources().stream().filter(source -> !isQuery(source.name())).toList();
    long failed = 0;
    try (Classifier classifier = classifying.build(classifying.builder(), err);
        ProgressLine progress =
            new ProgressLine(err, Terminal.isError(), "%,d"::formatted, " pictures");
        PictureResults<Embedding> embeddings =
            BulkEmbedder.of(classifier).embeddings(others.iterator())) {
      Image asked = query(classifier);
      Neighbours neighbours = new Neighbours(classifier.embed(asked), top);
      for (long done = 1; embeddings.hasNext(); done++) {
        switch (embeddings.next()) {
          case Embedding.Vector vector -> neighbours.add(vector);
          case Embedding.Failed failure -> {
            failed++;
            progress.clear();
            Notices.unreadable(err, failure.source(), failure.reason());
          }
        }
        progress.show(done, OptionalLong.of(others.size()));
      }
      progress.clear();
      List<Neighbours.Neighbour> nearest = neighbours.nearest();
      TextTable table = new TextTable(">rank", "picture", ">cosine");
      for (int i = 0; i < nearest.size(); i++) {
        table.row(i + 1, nearest.get(i).source(), "%.4f".formatted(nearest.get(i).similarity()));
      }
      spec.commandLine().getOut().print(table);
      if (out.isPresent()) {
        write(out.get(), asked, nearest, classifier);
      }
    }
    Notices.skipped(err, found.skipped());
    return failed > 0 ? 1 : 0;
  }

  private Image query(Classifier classifier) throws IOException {
    try {
      return PictureSource.of(query).read(classifier.reader());
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(query, Failures.sentence(e)), e);
    }
  }

  /**
   * Whether a name is the query's. The query may lie in the searched folder, and no other picture
   * is more similar to it than itself.
   */
  private boolean isQuery(String name) {
    try {
      return Files.isSameFile(query, Path.of(name));
    } catch (IOException | java.nio.file.InvalidPathException e) {
      return false;
    }
  }

  private static void write(
      Path file, Image asked, List<Neighbours.Neighbour> nearest, Classifier classifier)
      throws IOException {
    List<Image> cells = new ArrayList<>(List.of(ContactSheet.cell(asked)));
    for (Neighbours.Neighbour neighbour : nearest) {
      Image picture = PictureSource.of(Path.of(neighbour.source())).read(classifier.reader());
      cells.add(ContactSheet.cell(picture));
    }
    AtomicFile.write(file, HeatMap.encode(ContactSheet.of(cells, COLUMNS)));
  }
}
