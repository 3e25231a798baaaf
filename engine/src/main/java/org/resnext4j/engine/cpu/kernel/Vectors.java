package org.resnext4j.engine.cpu.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The choice between the two implementations of {@link Kernels}. Vector kernels run if the Java
 * virtual machine compiles the Vector API to vector instructions; plain kernels run otherwise.
 *
 * <p>Without the module {@code jdk.incubator.vector} the vector code does not load. On other
 * virtual machines than HotSpot, in HotSpot's interpreter and under C1, it loads but is a thousand
 * times slower, because every vector is an object and every addition is a call. In these cases the
 * plain kernels run, and one warning says what to do.
 */
public final class Vectors {

  private static final String MODULE = "jdk.incubator.vector";

  /** A system property that the Vector API reads when it loads. */
  private static final String BOUNDS_CHECK = MODULE + ".VECTOR_ACCESS_OOB_CHECK";

  /** HotSpot's last tier of compilation. Its compiler is C2. */
  private static final int C2_TIER = 4;

  private Vectors() {}

  /** The fastest kernels on this machine; the first call warns if they are the plain ones. */
  static Kernels kernels() {
    return Chosen.KERNELS;
  }

  /**
   * Checks that training can run; training has no plain kernels. Logs one warning if training will
   * be slow.
   *
   * @throws IllegalStateException if the Vector API is absent
   */
  public static void requireForTraining() {
    if (!hasModule()) {
      throw new IllegalStateException("training needs the Vector API, which " + MISSING);
    }
    kernels();
  }

  private static final String MISSING = "is not there; start java with --add-modules " + MODULE;

  /** Holds the chosen kernels. The choice and the warning happen once, when this class loads. */
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
      // Plans check bounds once, before they run.
      if (System.getProperty(BOUNDS_CHECK) == null) {
        System.setProperty(BOUNDS_CHECK, "0");
      }
      return VectorKernels.ofThisMachine();
    }
  }

  /** The reason for slow vectors on this machine and a remedy; empty if vectors are fast. */
  private static Optional<String> obstacle() {
    return obstacle(
        hasModule(),
        System.getProperty("java.vm.name", ""),
        System.getProperty("java.vm.info", ""),
        lastTier());
  }

  /**
   * The reason for slow vectors on a virtual machine and a remedy; empty if vectors are fast.
   *
   * @param module whether the Vector API is present
   * @param name the virtual machine's property {@code java.vm.name}
   * @param mode its property {@code java.vm.info}
   * @param lastTier the last tier to which it compiles; 0 if it only interprets
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

  /** The last tier to which HotSpot compiles. The default is C2's tier. */
  private static int lastTier() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      if (!Boolean.parseBoolean(bean.getVMOption("UseCompiler").getValue())) {
        return 0;
      }
      return Integer.parseInt(bean.getVMOption("TieredStopAtLevel").getValue());
    } catch (LinkageError | RuntimeException e) {
      return C2_TIER; // This virtual machine, or a runtime from jlink, does not offer the bean.
    }
  }
}
