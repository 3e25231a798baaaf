package org.resnext4j.inference.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Interpolation;

class CatalogueTest {

  private final Catalogue catalogue = Catalogue.standard();

  @Test
  void everyEntryIsComplete() {
    assertThat(catalogue.entries()).hasSizeGreaterThan(30);
    for (PublishedWeights weights : catalogue.entries()) {
      ResNeXt model = ResNeXt.preset(weights.model());
      assertThat(model.classes()).isEqualTo(1000);
      assertThat(weights.name()).startsWith(weights.model());
      assertThat(weights.url()).hasScheme("https");
      assertThat(weights.source()).hasScheme("https");
      assertThat(weights.fileName()).matches(".*\\.(pth|safetensors|t7)");
      assertThat(weights.licence()).isIn("BSD-3-Clause", "Apache-2.0", "CC-BY-NC-4.0");
      assertThat(weights.preprocessing().crop()).isIn(160, 176, 224, 256, 288);
      Expected.of(weights);
    }
  }

  @Test
  void noNameMeansTwoThings() {
    assertThat(
            catalogue.entries().stream()
                .flatMap(w -> Stream.concat(Stream.of(w.name()), w.aliases().stream())))
        .doesNotHaveDuplicates();
    assertThat(catalogue.entries().stream().map(PublishedWeights::url)).doesNotHaveDuplicates();
  }

  @Test
  void theHashIsTheOneInThePublishersFileName() {
    PublishedWeights weights = catalogue.find("resnext50_32x4d.tv_v1");
    assertThat(weights.url())
        .hasToString("https://download.pytorch.org/models/resnext50_32x4d-7cdf4587.pth");
    assertThat(weights.sha256()).contains("7cdf4587");
    assertThat(weights.top1()).hasValue(77.618);
    assertThat(weights.preprocessing()).isEqualTo(Preprocessing.imagenet());
  }

  @Test
  void aModelsNameMeansItsBestTorchvisionWeights() {
    PublishedWeights weights = catalogue.find("resnext50_32x4d");
    assertThat(weights.name()).isEqualTo("resnext50_32x4d.tv_v2");
    assertThat(weights.preprocessing()).isEqualTo(Preprocessing.imagenetV2());
  }

  @Test
  void timmsOwnPreprocessingIsKept() {
    Preprocessing steps = catalogue.find("resnext50_32x4d.a1h_in1k").preprocessing();
    assertThat(steps.resize()).isEqualTo(235); // 224 / 0.95, rounded down as timm does.
    assertThat(steps.interpolation()).isEqualTo(Interpolation.BICUBIC);
  }

  @Test
  void relativesHaveTheirTagsPreprocessing() {
    Preprocessing half = catalogue.find("resnet50d.ra4_e3600_r224_in1k").preprocessing();
    assertThat(half.mean()).containsOnly(0.5f);
    Preprocessing small = catalogue.find("seresnet50.a3_in1k").preprocessing();
    assertThat(small.resize()).isEqualTo(168);
    assertThat(small.crop()).isEqualTo(160);
    PublishedWeights attention = catalogue.find("seresnext50_32x4d.racm_in1k");
    assertThat(attention.sha256()).contains("a304a460");
    assertThat(attention.top1()).hasValue(81.268);
    Preprocessing silu = catalogue.find("seresnext26ts.ch_in1k").preprocessing();
    assertThat(silu.crop()).isEqualTo(256);
    assertThat(silu.resize()).isEqualTo(284);
  }

  @Test
  void anUnknownNameBringsTheNearOnes() {
    assertThatThrownBy(() -> catalogue.find("resnext101_32x4d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnext101_32x4d_swsl")
        .hasMessageContaining("resnext101_32x4d.t7");
    assertThatThrownBy(() -> catalogue.find("vgg"))
        .hasMessageContaining("`resnext pull --list` lists them");
  }
}
