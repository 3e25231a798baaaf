package org.resnext4j.cli.detection;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.detection.annotation.AnnotationFormat;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Remarks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext convert-annotations}: converts boxes from one annotation format to another. */
@Command(
    name = "convert-annotations",
    mixinStandardHelpOptions = true,
    description = {
      "Convert boxes between COCO's JSON, Pascal VOC's XML and YOLO's text.",
      "The command counts and names what a format cannot express; it does not move pictures."
    })
public final class ConvertAnnotationsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private PictureOptions pictures;

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description =
          "COCO's .json file, a folder of Pascal VOC's .xml files, or a YOLO folder with"
              + " classes.txt, images and labels.")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file (coco) or the folder (voc, yolo) to write; it must not exist yet.")
  private Path out;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}, in any case.")
  private AnnotationFormat to;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "The format of IN (default: it is recognised).")
  private Optional<AnnotationFormat> from = Optional.empty();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "Also count the pictures whose file is not in this folder.")
  private Optional<Path> images = Optional.empty();

  @Override
  public Integer call() throws IOException {
    requireNothingThere();
    AnnotationFormat source = from.isPresent() ? from.get() : AnnotationFormat.of(in);
    Annotations annotations = source.read(in, pictures.reader());
    if (images.isPresent()) {
      annotations.pictures().stream()
          .filter(picture -> !Files.isRegularFile(images.get().resolve(picture.file())))
          .forEach(picture -> annotations.remarks().add(Remarks.Kind.MISSING_FILE, picture.file()));
    }
    Remarks written = to.write(out, annotations);
    PrintWriter printer = spec.commandLine().getOut();
    print(printer, "read   ", source, annotations, new Remarks());
    annotations.remarks().lines().forEach(line -> printer.println("  " + line));
    print(printer, "written", to, annotations, written);
    written.lines().forEach(line -> printer.println("  " + line));
    printer.flush();
    return 0;
  }

  /**
   * Requires that the output does not exist. Files of an older conversion would count as parts of
   * this one.
   */
  private void requireNothingThere() throws IOException {
    boolean there = Files.exists(out);
    if (there && to != AnnotationFormat.COCO && Files.isDirectory(out)) {
      try (Stream<Path> content = Files.list(out)) {
        there = content.findAny().isPresent();
      }
    }
    if (there) {
      throw new FileSystemException(
          out.toString(), null, "it is there already; nothing was read or written");
    }
  }

  private static void print(
      PrintWriter printer,
      String done,
      AnnotationFormat format,
      Annotations annotations,
      Remarks left) {
    printer.printf(
        "%s %s: %,d pictures, %,d boxes, %,d categories%n",
        done,
        format.title(),
        annotations.pictures().size(),
        annotations.boxes() - left.count(Remarks.Kind.NOT_WRITTEN),
        annotations.categories().size() - left.count(Remarks.Kind.CATEGORY_NOT_WRITTEN));
  }
}
