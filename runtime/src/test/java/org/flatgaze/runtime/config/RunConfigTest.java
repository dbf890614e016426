package org.flatgaze.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.flatgaze.pipeline.RegionPolicy;
import org.flatgaze.runtime.loop.FrameThreads;
import org.flatgaze.runtime.loop.RegionMode;
import org.flatgaze.runtime.os.Tuning;
import org.flatgaze.runtime.publish.Eye;
import org.flatgaze.runtime.publish.GazeEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunConfigTest {

    private static final Path FILE = Path.of("f.yml");
    private static final String GOOD = """
            device: headset-1
            source:
              kind: simulator
            broker:
              uri: tcp://localhost:1883
            """;

    @Test
    void shouldReadTheExampleThatIsPrinted() {
        RunConfig config = RunConfig.parse(FILE, RunConfig.example());
        assertEquals(RunConfig.parse(FILE, GOOD), config, "the example shows the defaults");
    }

    @Test
    void shouldUseDefaultsWhenKeysAreLeftOut() {
        RunConfig config = RunConfig.parse(FILE, GOOD);
        assertEquals("headset-1", config.device());
        assertEquals(Eye.RIGHT, config.eye());
        assertEquals(SourceConfig.Kind.SIMULATOR, config.source().kind());
        assertEquals(240, config.source().rate());
        assertEquals(GazeEncoding.CBOR, config.encoding());
        assertEquals(50, config.pipeline().schedule().period());
        assertEquals(RegionPolicy.NEWEST, config.pipeline().regionPolicy());
        assertEquals("compact", config.pipeline().gazeModel());
        assertEquals(12, config.pipeline().schedule().earlyAfter());
        assertEquals(RegionMode.AUTO, config.regions());
        assertEquals(FrameThreads.AUTO, config.frameThreads());
        assertEquals(2, config.deadlinePeriods());
        assertEquals(Optional.empty(), config.calibration());
    }

    @Test
    void shouldAskNothingOfTheSystemUnlessTold() {
        assertEquals(Tuning.NONE, RunConfig.parse(FILE, GOOD).system());
        RunConfig told = RunConfig.parse(
                FILE, GOOD + "system: {pin: true, lockMemory: true, keepAwake: true, realTimePriority: 20}\n");
        assertEquals(new Tuning(true, true, true, 20), told.system());
    }

    @Test
    void shouldResolvePathsAgainstTheFileWhenTheyAreRelative(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("frames"));
        Files.writeString(folder.resolve("password"), "secret");
        Path file = folder.resolve("run.yml");
        Files.writeString(file, """
                device: a
                source: {kind: replay, path: frames, rate: 120.5, loop: false}
                broker: {uri: "ssl://broker.example:8883", username: me, passwordFile: password}
                mqtt: {encoding: json}
                pipeline: {roiPeriod: 5}
                """);
        RunConfig config = RunConfig.read(file);
        assertEquals(
                Optional.of(folder.resolve("frames").toAbsolutePath()),
                config.source().path());
        assertEquals(120.5, config.source().rate());
        assertFalse(config.source().loop());
        assertEquals(
                Optional.of(folder.resolve("password").toAbsolutePath()),
                config.broker().passwordFile());
        assertEquals(GazeEncoding.JSON, config.encoding());
        assertEquals(5, config.pipeline().schedule().period());
        assertEquals(5, config.pipeline().schedule().lag());
    }

    @ParameterizedTest(name = "{1} instead of {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            device: headset-1         | device: Headset_1         | f.yml:1: key 'device': device=Headset_1: expected 1 to 64 of the characters a-z, 0-9 and '-'
            device: headset-1         | eye: left                 | f.yml:1: key 'device': is missing; give the device a name, such as 'headset-1'
            device: headset-1         | colour: red               | f.yml:1: key 'colour': is unknown; known here: device, eye, source, camera, models, user, broker, mqtt, pipeline, accelerator, system
            device: headset-1         | device:                   | f.yml:1: key 'device': expected text; give the device a name, such as 'headset-1'
            device: headset-1         | device: [a]               | f.yml:1: key 'device': expected text; give the device a name, such as 'headset-1'
            source:                   | sourec:                   | f.yml:2: key 'sourec': is unknown; did you mean 'source'? known here: device, eye, source, camera, models, user, broker, mqtt, pipeline, accelerator, system
            kind: simulator           | kind: camera              | f.yml:3: key 'source.kind': 'camera' is unknown; expected one of simulator, replay, opencv
            kind: simulator           | kind: replay              | f.yml:2: key 'source.path': is missing; a replay needs a frame file, a .npy stack or a folder of PNG files
            kind: simulator           | kind: opencv              | f.yml:2: key 'source': an OpenCV camera is not the reference device; add camera.calibration with the file of 'flatgaze calibrate camera'
            kind: simulator           | kind: simulator, rate: 1  | f.yml:3: not valid YAML (mapping values are not allowed here); check indentation and colons
            uri: tcp://localhost:1883 | uri: localhost            | f.yml:5: key 'broker.uri': 'localhost' is no broker; expected tcp://host:port or ssl://host:port
            uri: tcp://localhost:1883 | uri: http://localhost:80  | f.yml:5: key 'broker.uri': 'http://localhost:80' is no broker; expected tcp://host:port or ssl://host:port
            uri: tcp://localhost:1883 | url: tcp://localhost:1883 | f.yml:4: key 'broker.uri': is missing; expected tcp://host:port or ssl://host:port
            """)
    void shouldSayWhereAndWhatToDoWhenReplaced(String good, String bad, String message) {
        assertTrue(GOOD.contains(good));
        assertEquals(message, complaint(GOOD.replace(good, bad)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            user: {profile: ada}                    | key 'user.profile': is of no use without 'user.profiles'; add the folder it lies in
            user: {profiles: ""}                    | key 'user.profiles': is empty; name the folder where profiles are to be kept
            accelerater: onnx                       | key 'accelerater': is unknown; did you mean 'accelerator'? known here: device, eye, source, camera, models, user, broker, mqtt, pipeline, accelerator, system
            accelerator: gpu                        | key 'accelerator': 'gpu' is unknown; expected one of onnx, onnx-int8, cpu, cpu-scalar, cpu-vector, emulator, device
            eye: middle                             | key 'eye': 'middle' is unknown; expected one of left, right, combined
            mqtt: {encoding: xml}                   | key 'mqtt.encoding': 'xml' is unknown; expected one of cbor, json
            mqtt: {batch: 4}                        | key 'mqtt.batch': '4' is out of range; expected a whole number, 1..1
            mqtt: 5                                 | key 'mqtt': expected 'key: value' lines
            pipeline: {roiPeriod: fifty}            | key 'pipeline.roiPeriod': 'fifty' is no number; expected a whole number, 2..10000
            pipeline: {roiPeriod: 1}                | key 'pipeline.roiPeriod': '1' is out of range; expected a whole number, 2..10000
            system: {realTimePriority: 100}         | key 'system.realTimePriority': '100' is out of range; expected a whole number, 0..99
            pipeline: {roiperiod: 50}               | key 'pipeline.roiperiod': is unknown; did you mean 'roiPeriod'? known here: roiPeriod, roiEarlyAfter, gazeModel, segmentationModel, closedBelow, saturatedAbove, darkBelow, frameThreads, roiMode, deadlinePeriods
            pipeline: {frameThreads: 3}             | key 'pipeline.frameThreads': '3' is unknown; expected one of auto, 1, 2
            pipeline: {frameThreads: 2, roiMode: sliced} | key 'pipeline.frameThreads': '2' does not go with 'roiMode: sliced'; leave one of them at auto
            pipeline: {roiMode: sometimes}          | key 'pipeline.roiMode': 'sometimes' is unknown; expected one of auto, worker, sliced
            pipeline: {closedBelow: 2}              | key 'pipeline.closedBelow': '2' is out of range; expected a number, 0.0..1.0
            pipeline: {closedBelow: .nan}           | key 'pipeline.closedBelow': '.nan' is no number; expected a number, 0.0..1.0
            device: twice                           | key 'device': is there twice; keep one of them
            """)
    void shouldSayWhereAndWhatToDoWhenAdded(String line, String message) {
        assertEquals("f.yml:6: " + message, complaint(GOOD + line + "\n"));
    }

    @Test
    void shouldSaySoWhenTheFileIsMissingEmptyOrNoMapping(@TempDir Path folder) {
        Path missing = folder.resolve("no.yml");
        String message = assertThrows(ConfigException.class, () -> RunConfig.read(missing))
                .getMessage();
        assertEquals(
                missing + ": no such file; 'flatgaze run --print-config' prints an example to start from", message);
        assertTrue(complaint("").startsWith("f.yml:1: the file is empty"));
        assertEquals("f.yml:1: expected 'key: value' lines", complaint("- a\n- b\n"));
    }

    @Test
    void shouldSaySoWhenANamedFileIsMissing() {
        String message = complaint(GOOD + "models: /nowhere/at/all\n");
        assertEquals(
                "f.yml:6: key 'models': /nowhere/at/all does not exist; name the folder that holds manifest.json",
                message);
    }

    private static String complaint(String text) {
        return assertThrows(ConfigException.class, () -> RunConfig.parse(FILE, text))
                .getMessage();
    }
}
