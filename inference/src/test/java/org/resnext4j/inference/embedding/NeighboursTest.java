package org.resnext4j.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnext4j.inference.Examples;
import org.resnext4j.vision.Image;

class NeighboursTest {

  @Test
  void cosineIsThatOfTheAngle() {
    assertThat(Neighbours.cosine(new float[] {1, 0}, new float[] {3, 3}))
        .isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(Neighbours.cosine(new float[] {1, 2}, new float[] {-2, -4}))
        .isCloseTo(-1, within(1e-12));
    assertThat(Neighbours.cosine(new float[] {1, 2}, new float[] {0, 0})).isZero();
  }

  @Test
  void theNearestAreKeptAndTiesGoByName() {
    Neighbours neighbours = new Neighbours(new float[] {1, 0}, 3);
    neighbours.add(new Embedding.Vector("far", new float[] {-1, 0}));
    neighbours.add(new Embedding.Vector("b", new float[] {1, 1}));
    neighbours.add(new Embedding.Vector("a", new float[] {2, 2}));
    neighbours.add(new Embedding.Vector("same", new float[] {5, 0}));
    assertThat(neighbours.nearest().stream().map(Neighbours.Neighbour::source))
        .containsExactly("same", "a", "b");
  }

  @Test
  void aContactSheetShowsEachPictureInItsCell() {
    Image tall = Examples.picture(320, 16, 1);
    Image sheet = ContactSheet.of(List.of(tall, Examples.picture(2, 2, 2), tall), 2);
    assertThat(List.of(sheet.height(), sheet.width())).containsExactly(344, 344);
    Image cell = ContactSheet.cell(tall);
    assertThat(List.of(cell.height(), cell.width())).containsExactly(160, 8);
    // The third picture lies in the second row, in the middle of its cell.
    assertThat(sheet.sample(176 + 50, 8 + 76 + 3, 1)).isEqualTo(cell.sample(50, 3, 1));
    assertThat(sheet.sample(176 + 50, 8 + 70, 1)).isEqualTo(255);
  }
}
