package org.resnext4j.engine.cpu.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The choice of kernels. Vector kernels run where the Java virtual machine compiles the Vector API
 * to vector instructions; plain kernels run elsewhere.
 *
 * <p>The vector code does not load without the module {@code jdk.incubator.vector}. It loads on a
 * virtual machine other than HotSpot, in HotSpot's interpreter and under C1, but it is a thousand
 * times slower there: every vector is an object and every addition a call. In these cases the plain
 * kernels run, and one warning says what to do.
 */
public final class Vectors {

  private static final String MODULE = "jdk.incubator.vector";

  /** Read by the Vector API when it loads. */
  private static final String BOUNDS_CHECK = MODULE + ".VECTOR_ACCESS_OOB_CHECK";

  /** The last tier of compilation, whose compiler is C2. */
  private static final int C2_TIER = 4;

  private Vectors() {}

  /** The fastest kernels on this machine; the first call warns if they are the plain ones. */
  static Kernels kernels() {
    return Chosen.KERNELS;
  }

  /**
   * Checks that training can run, which has no plain kernels; warns once if it will be slow.
   *
   * @throws IllegalStateException if the Vector API is not there
   */
  public static void requireForTraining() {
    if (!hasModule()) {
      throw new IllegalStateException("training needs the Vector API, which " + MISSING);
    }
    kernels();
  }

  private static final String MISSING = "is not there; start java with --add-modules " + MODULE;

  /** Kernels are chosen, and the warning is printed, when this class loads: once. */
  private static final class Chosen {

    static final Kernels KERNELS = choose();

    private static Kernels choose() {
      Optional<String> obstacle = obstacle();
      if (obstacle.isPresent()) {
        System.getLogger(Kernels.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "resnext4j runs many times slower than it could, because {0}",
                obstacle.get());
        return new ScalarKernels(ScalarKernels.DEFAULT_LANES);
      }
      // Bounds are checked by the plans, once.
      if (System.getProperty(BOUNDS_CHECK) == null) {
        System.setProperty(BOUNDS_CHECK, "0");
      }
      return VectorKernels.ofThisMachine();
    }
  }

  /** Why vectors are slow on this machine, and what to do about it; empty if they are fast. */
  private static Optional<String> obstacle() {
    return obstacle(
        hasModule(),
        System.getProperty("java.vm.name", ""),
        System.getProperty("java.vm.info", ""),
        lastTier());
  }

  /**
   * Why vectors are slow on a virtual machine, and what to do about it; empty if they are fast.
   *
   * @param module whether the Vector API is there
   * @param name what the machine says of itself in {@code java.vm.name}
   * @param mode what it says in {@code java.vm.info}
   * @param lastTier the last tier that it compiles to, 0 if it only interprets
   */
  static Optional<String> obstacle(boolean module, String name, String mode, int lastTier) {
    if (!module) {
      return Optional.of("the Vector API " + MISSING);
    }
    if (!name.contains("HotSpot") && !name.startsWith("OpenJDK")) {
      return Optional.of(
          ("%s does not compile the Vector API to vector instructions; "
                  + "run it on HotSpot, the virtual machine of OpenJDK")
              .formatted(name.isEmpty() ? "this Java virtual machine" : name));
    }
    if (mode.contains("interpreted") || lastTier == 0) {
      return Optional.of("code is only interpreted; start java without -Xint and -XX:-UseCompiler");
    }
    if (mode.contains("emulated-client") || lastTier < C2_TIER) {
      return Optional.of(
          "the compiler C2 is switched off; start java without -XX:TieredStopAtLevel and"
              + " -XX:CompilationMode=quick-only");
    }
    return Optional.empty();
  }

  private static boolean hasModule() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** The last tier that HotSpot compiles to; C2's where nobody says otherwise. */
  private static int lastTier() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      if (!Boolean.parseBoolean(bean.getVMOption("UseCompiler").getValue())) {
        return 0;
      }
      return Integer.parseInt(bean.getVMOption("TieredStopAtLevel").getValue());
    } catch (LinkageError | RuntimeException e) {
      return C2_TIER; // A virtual machine, or a runtime made by jlink, that cannot be asked.
    }
  }
}
