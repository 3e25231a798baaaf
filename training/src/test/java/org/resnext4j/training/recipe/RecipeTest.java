package org.resnext4j.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.resnext4j.training.input.AugmentationStep;
import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.vision.ImageReader;

class RecipeTest {

  static final List<String> NAMES = Recipe.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyNamedRecipeIsReadAndWrittenWhole(String name) {
    Recipe recipe = Recipe.named(name);
    assertThat(recipe.name()).isEqualTo(name);
    assertThat(Recipe.parse(recipe.toJson(), "test")).isEqualTo(recipe);
    assertThat(recipe.preprocessing()).isIn("cifar", "imagenet", "imagenet-v2", "model");
  }

  @Test
  void thePapersRecipesAreThePapers() {
    Recipe cifar = Recipe.named("paper-cifar");
    assertThat(cifar.epochs()).isEqualTo(300);
    assertThat(cifar.batch()).isEqualTo(128);
    assertThat(cifar.optimiser()).isEqualTo(new Sgd.Options(0.9, true, 5e-4, true));
    assertThat(cifar.learningRate() * cifar.schedule().factor(149.9, 300)).isEqualTo(0.1);
    assertThat(cifar.schedule().factor(225, 300)).isEqualTo(0.1 * 0.1);
    Recipe imagenet = Recipe.named("paper-imagenet");
    assertThat(imagenet.batch() * imagenet.accumulation()).isEqualTo(256);
    assertThat(imagenet.optimiser()).isEqualTo(new Sgd.Options(0.9, true, 1e-4, true));
    assertThat(imagenet.schedule().factor(30, imagenet.epochs())).isEqualTo(0.1);
  }

  @Test
  void fieldsAreOverriddenByPath() {
    Recipe recipe =
        Recipe.named("paper-cifar")
            .with(
                Map.of(
                    "epochs", "7",
                    "optimiser.momentum", "0.8",
                    "preprocessing", "imagenet",
                    "schedule",
                        "{\"kind\":\"cosine\",\"warmupEpochs\":1,\"warmupStart\":0,\"last\":0}",
                    "freeze", "[\"layer1\"]"));
    assertThat(recipe.epochs()).isEqualTo(7);
    assertThat(recipe.optimiser().momentum()).isEqualTo(0.8);
    assertThat(recipe.preprocessing()).isEqualTo("imagenet");
    assertThat(recipe.schedule()).isEqualTo(new Schedule.Cosine(1, 0, 0));
    assertThat(recipe.freeze()).containsExactly("layer1");
  }

  @Test
  void whatIsNoFieldOrNoValueIsNamed() {
    Recipe recipe = Recipe.named("paper-cifar");
    assertThatThrownBy(() -> recipe.with(Map.of("epoch", "7")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no field 'epoch'")
        .hasMessageContaining("epochs");
    assertThatThrownBy(() -> recipe.with(Map.of("optimiser.speed", "7")))
        .hasMessageContaining("optimiser.speed");
    assertThatThrownBy(() -> recipe.with(Map.of("epochs", "many")))
        .hasMessageContaining("recipe paper-cifar")
        .hasMessageContaining("many");
    assertThatThrownBy(() -> recipe.with(Map.of("epochs", "0")))
        .hasMessageContaining("epochs must be at least 1, but was 0");
    assertThatThrownBy(() -> Recipe.named("best"))
        .hasMessageContaining("no recipe named 'best'")
        .hasMessageContaining("paper-cifar");
    assertThatThrownBy(() -> Recipe.parse("{\"epochs\": 3}", "mine.json"))
        .hasMessageContaining("mine.json");
    assertThatThrownBy(() -> Recipe.model("{\"stem\": \"CIFAR\", \"stages\": [1]}"))
        .hasMessageContaining("it lacks name, kind, stemChannels")
        .hasMessageContaining("a network has the fields name, stem");
  }

  @Test
  void aRecipeRecordsWhichPicturesAreRead() {
    Recipe usual = Recipe.named("paper-cifar");
    assertThat(usual.reading()).isEqualTo(Reading.DEFAULT);
    assertThat(usual.reading().reader()).isEqualTo(ImageReader.defaults());
    Recipe large =
        usual.with(Map.of("reading.maximumPixels", "102000000", "reading.truncated", "true"));
    Recipe written = Recipe.parse(large.toJson(), "test");
    assertThat(written.reading().reader())
        .isEqualTo(ImageReader.defaults().withMaximumPixels(102_000_000).withTruncated(true));
    assertThatThrownBy(() -> usual.with(Map.of("reading.maximumPixels", "0")))
        .hasMessageContaining("reading.maximumPixels must be at least 1, but was 0");
  }

  @Test
  void growingPicturesEndAtTheFullSize() {
    Recipe recipe =
        Recipe.named("paper-cifar")
            .with(
                Map.of(
                    "epochs",
                    "10",
                    "growth",
                    "[{\"until\":0.4,\"size\":16},{\"until\":0.8,\"size\":24}]"));
    assertThat(java.util.stream.IntStream.range(0, 10).map(recipe::trainingSize))
        .containsExactly(16, 16, 16, 16, 24, 24, 24, 24, 32, 32);
    assertThat(recipe.augmentationsAt(0.5).getFirst())
        .isEqualTo(new AugmentationStep.PadAndCrop(2));
  }

  @Test
  void frozenPartsAreNamed() {
    assertThat(List.of("conv1.weight", "bn1.bias", "layer1.0.conv1.weight", "fc.weight"))
        .filteredOn(Freezing.predicate(List.of("stem", "layer1")))
        .containsExactly("conv1.weight", "bn1.bias", "layer1.0.conv1.weight");
    assertThat(Freezing.predicate(List.of("all-but-classifier")).test("fc.bias")).isFalse();
    assertThatThrownBy(() -> Freezing.predicate(List.of("layer")))
        .hasMessageContaining("cannot freeze 'layer'");
  }
}
