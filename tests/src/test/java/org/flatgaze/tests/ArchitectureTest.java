package org.flatgaze.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the arrows of the house: who may know whom, and which library is behind which door. */
@AnalyzeClasses(packages = "org.flatgaze", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule roomsKnowOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("accel")
            .definedBy("org.flatgaze.accel..")
            .layer("flatcam")
            .definedBy("org.flatgaze.flatcam..")
            .layer("pipeline")
            .definedBy("org.flatgaze.pipeline..")
            .layer("calibration")
            .definedBy("org.flatgaze.calibration..")
            .layer("runtime")
            .definedBy("org.flatgaze.runtime..")
            .whereLayer("runtime")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("calibration")
            .mayOnlyBeAccessedByLayers("runtime")
            .whereLayer("pipeline")
            .mayOnlyBeAccessedByLayers("calibration", "runtime")
            .whereLayer("flatcam")
            .mayOnlyBeAccessedByLayers("pipeline", "calibration", "runtime");

    @ArchTest
    static final ArchRule driverUsesOnlyKernelsAndArrays = noClasses()
            .that()
            .resideInAPackage("org.flatgaze.flatcam..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.flatgaze.accel",
                    "org.flatgaze.accel.onnx..",
                    "org.flatgaze.accel.graph..",
                    "org.flatgaze.accel.schedule..",
                    "org.flatgaze.accel.emulator..",
                    "org.flatgaze.accel.device..");

    @ArchTest
    static final ArchRule onnxRuntimeStaysBehindItsBackend = noClasses()
            .that()
            .resideOutsideOfPackage("org.flatgaze.accel.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule pahoStaysBehindTheTransport = noClasses()
            .that()
            .resideOutsideOfPackage("org.flatgaze.runtime.publish..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.paho..");

    @ArchTest
    static final ArchRule pi4jStaysInTheDriverAndTheDeviceBus = noClasses()
            .that()
            .resideOutsideOfPackages("org.flatgaze.flatcam.control..", "org.flatgaze.accel.device..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.pi4j..");

    @ArchTest
    static final ArchRule openCvStaysInItsPackage = noClasses()
            .that()
            .resideOutsideOfPackage("org.flatgaze.flatcam.opencv..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("org.flatgaze.(*).(*)..").should().beFreeOfCycles();

    private ArchitectureTest() {}
}
