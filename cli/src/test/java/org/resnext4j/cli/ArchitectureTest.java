package org.resnext4j.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the modules' dependencies cannot say; ARCHITECTURE.md draws the same picture. */
class ArchitectureTest {

  private static JavaClasses classes;

  @BeforeAll
  static void readTheProject() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.resnext4j");
  }

  @Test
  void theEngineDependsOnTheJdkAlone() {
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.engine..")
        .should()
        .dependOnClassesThat()
        // The JDK's own management of HotSpot says which compilers run.
        .resideOutsideOfPackages(
            "org.resnext4j.engine..", "java..", "javax..", "jdk..", "com.sun.management..")
        .check(classes);
  }

  @Test
  void theGraphKnowsNoneOfItsReaders() {
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.engine.graph..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.resnext4j.engine",
            "org.resnext4j.engine.tensor..",
            "org.resnext4j.engine.fusion..",
            "org.resnext4j.engine.reference..",
            "org.resnext4j.engine.cpu..")
        .check(classes);
  }

  @Test
  void theTruthOfTheTestsDoesNotUseTheKernelsItJudges() {
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.engine.reference..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.engine.cpu..")
        .check(classes);
  }

  @Test
  void nobodyOutsideTheEngineNamesAClassOfOneBackend() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.resnext4j.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.resnext4j.engine.cpu..", "org.resnext4j.engine.reference..")
        .check(classes);
  }

  @Test
  void theProcessorsRoomsHaveArrowsOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("backend")
        .definedBy("org.resnext4j.engine.cpu")
        .layer("inference")
        .definedBy("org.resnext4j.engine.cpu.inference..")
        .layer("training")
        .definedBy("org.resnext4j.engine.cpu.training..")
        .layer("kernel")
        .definedBy("org.resnext4j.engine.cpu.kernel..")
        .layer("parallel")
        .definedBy("org.resnext4j.engine.cpu.parallel..")
        .whereLayer("backend")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("inference")
        .mayOnlyBeAccessedByLayers("backend")
        .whereLayer("training")
        .mayOnlyBeAccessedByLayers("backend")
        .whereLayer("kernel")
        .mayOnlyBeAccessedByLayers("inference", "training")
        .whereLayer("parallel")
        .mayOnlyBeAccessedByLayers("backend", "inference", "training", "kernel")
        .check(classes);
  }

  @Test
  void modelsAndVisionDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.models..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.vision..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.vision..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.models..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void trainingAndInferenceDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.resnext4j.inference..", "org.resnext4j.serving..")
        .allowEmptyShould(true)
        .check(classes);
    noClasses()
        .that()
        .resideInAnyPackage("org.resnext4j.inference..", "org.resnext4j.evaluation..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.training..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void nothingDependsOnTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.resnext4j.cli..", "org.resnext4j.benchmarks..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.cli..")
        .check(classes);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("org.resnext4j.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void weightFormatsAndNamingDependOnTheirSharedVocabularyAlone() {
    slices()
        .matching("org.resnext4j.models.weights.(*)..")
        .should()
        .beFreeOfCycles()
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.models.weights.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.models.weights")
        .because("the front of the weight files reads the formats, never the other way")
        .check(classes);
    for (String format : List.of("safetensors", "pytorch", "torch7", "naming")) {
      noClasses()
          .that()
          .resideInAPackage("org.resnext4j.models.weights." + format)
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.resnext4j.models.weights.*")
                  .and(
                      not(
                          resideInAnyPackage(
                              "org.resnext4j.models.weights." + format,
                              "org.resnext4j.models.weights.storage"))))
          .because("the formats and the naming meet in the front alone")
          .check(classes);
    }
  }

  @Test
  void theRoomsOfServingKnowNeitherOneAnotherInCirclesNorTheServiceMadeOfThem() {
    slices().matching("org.resnext4j.serving.(*)..").should().beFreeOfCycles().check(classes);
    noClasses()
        .that()
        .resideInAPackage("org.resnext4j.serving.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.resnext4j.serving")
        .check(classes);
  }
}
