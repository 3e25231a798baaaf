package org.resnext4j.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Measures the machine's peak rate of fused multiply-adds with a loop that computes nothing else.
 */
final class Peak {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;

  private Peak() {}

  /**
   * The peak of several threads together in GFLOPS, the best of several trials. A multiply-add
   * counts as two operations.
   */
  static double gigaflops(int threads) {
    double best = 0;
    for (int attempt = 0; attempt < 6; attempt++) {
      best = Math.max(best, attempt(threads));
    }
    return best;
  }

  private static double attempt(int threads) {
    // About a tenth of a second. In a shorter run the system leaves all threads on one processor.
    int rounds = 30_000_000;
    Callable<Float> work = () -> chains(rounds);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      long start = System.nanoTime();
      float sum = 0;
      for (var result :
          executor.invokeAll(IntStream.range(0, threads).mapToObj(_ -> work).toList())) {
        sum += result.get();
      }
      double nanos = System.nanoTime() - start;
      if (Float.isNaN(sum)) {
        throw new IllegalStateException("the peak loop must stay finite");
      }
      return 2.0 * threads * CHAINS * SPECIES.length() * rounds / nanos;
    } catch (InterruptedException | ExecutionException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the peak could not be measured", e);
    }
  }

  private static float chains(int rounds) {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector a = factor;
    FloatVector b = factor;
    FloatVector c = factor;
    FloatVector d = factor;
    FloatVector e = factor;
    FloatVector f = factor;
    FloatVector g = factor;
    FloatVector h = factor;
    FloatVector i = factor;
    FloatVector j = factor;
    FloatVector k = factor;
    FloatVector l = factor;
    for (int round = 0; round < rounds; round++) {
      a = a.fma(factor, factor);
      b = b.fma(factor, factor);
      c = c.fma(factor, factor);
      d = d.fma(factor, factor);
      e = e.fma(factor, factor);
      f = f.fma(factor, factor);
      g = g.fma(factor, factor);
      h = h.fma(factor, factor);
      i = i.fma(factor, factor);
      j = j.fma(factor, factor);
      k = k.fma(factor, factor);
      l = l.fma(factor, factor);
    }
    return a.add(b)
        .add(c)
        .add(d)
        .add(e)
        .add(f)
        .add(g)
        .add(h)
        .add(i)
        .add(j)
        .add(k)
        .add(l)
        .reduceLanes(VectorOperators.ADD);
  }
}
