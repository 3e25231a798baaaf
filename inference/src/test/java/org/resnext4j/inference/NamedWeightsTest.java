package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.PublishedWeights;
import org.resnext4j.inference.catalogue.WeightCache;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;

class NamedWeightsTest {

  private final Catalogue catalogue = Catalogue.standard();
  @TempDir private Path folder;
  private WeightCache cache;
  private Path file;

  @BeforeEach
  void saveAModel() throws IOException {
    cache = new WeightCache(Files.createDirectory(folder.resolve("cache")));
    file = folder.resolve("mine.safetensors");
    ModelFile.save(file, Examples.model(), ElementType.F32);
  }

  private NamedWeights find(Object called) throws IOException {
    return NamedWeights.find(called.toString(), catalogue, cache);
  }

  @Test
  void aFileIsItself() throws IOException {
    assertThat(find(file).file()).isEqualTo(file);
    assertThat(find(file).published()).isEmpty();
  }

  @Test
  void theFolderOfATrainingRunIsItsBestModel() throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve(RunFiles.DESCRIPTION), "{}");
    Files.writeString(run.resolve(RunFiles.MODEL), "the last model, which is not read");
    Files.copy(file, run.resolve(RunFiles.BEST));
    try (Classifier classifier = Classifier.builder().weights(find(run)).build()) {
      assertThat(classifier.labels().names()).isEqualTo(Examples.NAMES);
    }
  }

  @Test
  void bundledIsTheModelOfTheJar() throws IOException {
    assertThat(find("bundled").file()).hasFileName("bundled.safetensors");
    assertThat(ModelFile.load(find("bundled").file()).model().classes()).isEqualTo(10);
  }

  @Test
  void anythingThatWasPulledHasItsName() throws IOException {
    Path pulled = Files.copy(file, cache.folder().resolve("flowers.safetensors"));
    assertThat(find("flowers").file()).isEqualTo(pulled);
  }

  @Test
  void publishedWeightsBringWhatIsKnownOfThem() throws IOException {
    PublishedWeights weights = catalogue.find("resnext50_32x4d");
    assertThatThrownBy(() -> find("resnext50_32x4d"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("`resnext pull resnext50_32x4d.tv_v2` fetches it");
    Path pulled = Files.copy(file, cache.path(weights));
    assertThat(find("resnext50_32x4d").file()).isEqualTo(pulled);
    assertThat(find("resnext50_32x4d").published()).contains(weights);
  }

  @Test
  void aNameOfNothingIsRefused() {
    assertThatThrownBy(() -> find("nosuch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "there is no file 'nosuch', and no weights were published or pulled under that name");
  }
}
