package org.flatgaze.runtime.command.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.calibration.camera.DeviceFile;
import org.flatgaze.calibration.gaze.Direction;
import org.flatgaze.calibration.gaze.SampleFile;
import org.flatgaze.calibration.gaze.TargetGrid;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.SensorModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.runtime.command.UsageError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CalibrateCommandTest {

    @TempDir
    private Path folder;

    private String complaint;
    private Path json;

    @BeforeEach
    void prepare() {
        json = folder.resolve("result.json");
        complaint = "";
    }

    @Test
    void shouldWriteThePatternsWhenAsked() throws IOException {
        assertEquals(0, calibrate("camera", "--patterns", at("p"), "--size", "8", "--pixels", "16", "--json", json));
        assertEquals(39, result().path("patterns").asInt());
        assertTrue(Files.isRegularFile(folder.resolve("p/order.txt")));
    }

    @Test
    void shouldGiveTheDocumentedKeysWhenPeopleAreSimulated() throws IOException {
        assertEquals(
                0, calibrate("gaze", "--simulate", "--synthetic", "--people", "20", "--points", "5", "--json", json));
        for (String key : List.of("before_deg", "after_deg", "after_reslip_deg", "precision_deg", "loss")) {
            assertTrue(result().path(key).isNumber(), key);
        }
        assertTrue(result().path("after_deg").asDouble()
                < result().path("before_deg").asDouble());
        assertEquals(8, result().path("per_target").size());
    }

    @Test
    void shouldKeepAndValidateAProfileWhenTargetsWereRecorded() throws IOException {
        Path fit = samples("fit.csv", TargetGrid.calibration(5));
        Path check = samples("check.csv", TargetGrid.validation());
        assertEquals(
                0,
                calibrate(
                        "gaze",
                        "--samples",
                        fit,
                        "--validate",
                        check,
                        "--profiles",
                        at("p"),
                        "--name",
                        "ada",
                        "--json",
                        json));
        assertEquals("ada-v0001", result().path("profile").asText());
        assertTrue(result().path("after_deg").asDouble() < 0.2, result().toString());

        assertEquals(0, validate("--profiles", at("p"), "--name", "ada", "--samples", check, "--json", json));
        assertEquals("good", result().path("rating").asText());
        assertEquals(1, validate("--profiles", at("p"), "--name", "ada", "--samples", check, "--limit", "0.00001"));
        assertEquals(2, validate("--profiles", at("p"), "--name", "ada", "--samples", fit));
        assertTrue(complaint.contains("was used to fit"), complaint);
        assertEquals(2, validate("--profiles", at("p"), "--name", "ada", "--device", "other", "--samples", check));
        assertTrue(complaint.contains("made with device reference"), complaint);
    }

    @Test
    void shouldSayWhatIsWrongWhenInputsAreMissing() {
        assertEquals(2, calibrate("camera", "--captures", at("none"), "--out", at("d.npz")));
        assertTrue(complaint.contains("none"), complaint);
        assertEquals(2, calibrate("camera", "--simulate"));
        assertTrue(complaint.contains("--out is missing"), complaint);
        assertEquals(2, calibrate("camera", "--simulate", "--size", "33", "--out", at("d.npz")));
        assertTrue(complaint.contains("size=33"), complaint);
        assertEquals(2, calibrate("camera", "--pairs", "a:b", "--out", at("d.npz")));
        assertTrue(complaint.contains("--rig"), complaint);
        assertEquals(2, calibrate("gaze", "--simulate", "--synthetic", "--points", "6"));
        assertTrue(complaint.contains("points=6"), complaint);
        assertEquals(2, calibrate("gaze", "--samples", at("none.csv")));
        assertTrue(complaint.contains("no such file of samples"), complaint);
        assertEquals(2, validate());
        assertTrue(complaint.contains("--calibration with --raw"), complaint);
        assertEquals(2, validate("--camera", at("none.npz")));
        assertTrue(complaint.contains("none.npz"), complaint);
        assertEquals(2, validate("--camera", "a.npz", "--calibration", "b.npz", "--raw", "c.png"));
        assertTrue(complaint.contains("give one of"), complaint);
    }

    @Test
    void shouldTakeTheMissingCapturesAndGoOnWhenARecordingIsNamed() throws IOException {
        // Ten frames of patterns that were never on a screen: a dark one, then grey.
        short[] frames = new short[10 * 8 * 12];
        Arrays.fill(frames, 8 * 12, frames.length, (short) 400);
        Npy.write(at("rec.npy"), NpyArray.ofShorts(frames, 10, 8, 12));
        Object[] line = {
            "camera",
            "--captures",
            at("c"),
            "--from",
            "replay:" + at("rec.npy"),
            "--sensor",
            "12x8",
            "--size",
            "8",
            "--frames",
            "1",
            "--out",
            at("d.npz")
        };
        assertEquals(2, calibrate(line));
        assertTrue(complaint.startsWith("refused: captures 0001-left-000-pos and the next are not"), complaint);
        assertTrue(complaint.contains("run the same command"), complaint);
        assertEquals(1, files(at("c")));
        Npy.write(at("rec.npy"), NpyArray.ofShorts(new short[96], 1, 8, 12));
        assertEquals(1, calibrate(line));
        assertTrue(complaint.contains("no more frames at capture 0001-left-000-pos"), complaint);
    }

    @Test
    void shouldSayWhatIsWrongWhenACameraIsNamedBadly() {
        String[][] mistakes = {
            {"--from", "camera", "expected v4l2:/dev/video0"},
            {"--from", "opencv:x", "such as opencv:0"},
            {"--from", "replay:/nonexistent", "--from /nonexistent: no such file"},
            {"--sensor", "640", "such as 640x480"},
            {"--screen", "nowhere", "such as 127.0.0.1:8765"},
            {"--settle", "-1", "expected 0..10000 ms"},
            {"--frames", "0", "frames=0"},
        };
        for (String[] mistake : mistakes) {
            List<Object> words = new ArrayList<>(List.of("camera", "--captures", at("c"), "--out", at("d.npz")));
            if (!mistake[0].equals("--from")) {
                words.addAll(List.of("--from", "v4l2:/nonexistent/video9"));
            }
            if (!mistake[0].equals("--screen")) {
                words.addAll(List.of("--screen", "127.0.0.1:0"));
            }
            words.addAll(List.of(mistake[0], mistake[1]));
            assertEquals(2, calibrate(words.toArray()), mistake[1]);
            assertTrue(complaint.contains(mistake[2]), complaint);
        }
        assertEquals(2, calibrate("camera", "--simulate", "--from", "opencv:0", "--out", at("d.npz")));
        assertTrue(complaint.contains("--from needs --captures"), complaint);
    }

    @Test
    void shouldFailWhenTheMaskHasTurnedSinceItWasCalibrated() throws IOException {
        FlatCamOptics straight = optics(0);
        FlatCamModel model = FlatCamModel.of(
                "small",
                new SensorFormat(200, 160, 10, Packing.U16_LOW),
                64,
                straight.phiLeft(35),
                straight.phiRight(35));
        DeviceFile.save(model, Map.of(), Map.of("variance_per_light", 1e-4), at("d.npz"));
        frame(straight, at("same.png"));
        frame(optics(0.5), at("turned.png"));

        assertEquals(0, validate("--calibration", at("d.npz"), "--raw", at("same.png"), "--json", json));
        assertEquals(0, result().path("turn_deg").asDouble(), 0.05, result().toString());
        assertEquals(1, validate("--calibration", at("d.npz"), "--raw", at("turned.png"), "--json", json));
        assertEquals(0.5, result().path("turn_deg").asDouble(), 0.25, result().toString());
        // The share of energy would not have told.
        assertEquals(
                "right", result().path("frames").path(0).at("/right/verdict").asText(), result().toString());
    }

    private static FlatCamOptics optics(double turnDeg) {
        FlatCamGeometry r = FlatCamGeometry.REFERENCE;
        return new FlatCamOptics(
                new FlatCamGeometry(
                        160, 200, 25.8, r.maskDistanceMm(), 60, 7, 35, 42, 64, 850, 28, 46, 2, true, turnDeg),
                SensorModel.REFERENCE);
    }

    /** A capture of a few stripes that cross. */
    private static void frame(FlatCamOptics optics, Path file) throws IOException {
        float[] scene = new float[64 * 64];
        for (int i = 0; i < scene.length; i++) {
            scene[i] = i / 64 / 11 % 2 + i % 64 / 17 % 2;
        }
        float[] irradiance = new float[160 * 200];
        optics.projectScreen(scene, 35, irradiance);
        short[] counts = new short[irradiance.length];
        optics.sensor()
                .expose(irradiance, optics.sensor().automaticExposure(irradiance), new SplittableRandom(4), counts);
        OpenCvImages.writePng(file, new Picture(200, 160, 1, 16, counts));
    }

    private static long files(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.count();
        }
    }

    /** Somebody whose eye is seen 4 degrees to the right and 1 down of where it looks. */
    private Path samples(String name, List<Direction> targets) throws IOException {
        StringBuilder text = new StringBuilder(SampleFile.HEADER).append('\n');
        long on = 0;
        for (Direction target : targets) {
            for (int i = 0; i < 20; i++) {
                text.append(target.yawDeg())
                        .append(',')
                        .append(target.pitchDeg())
                        .append(',');
                text.append(on).append(',').append(on + 2_000_000_000L).append(',');
                text.append(on + 800_000_000L + i * 50_000_000L).append(',');
                text.append(target.yawDeg() + 4 + 0.01 * (i % 3))
                        .append(',')
                        .append(target.pitchDeg() - 1)
                        .append('\n');
            }
            on += 3_000_000_000L;
        }
        return Files.writeString(folder.resolve(name), text);
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    private JsonNode result() throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(json));
    }

    private int calibrate(Object... args) {
        return run(new CalibrateCommand(), args);
    }

    private int validate(Object... args) {
        return run(new ValidateCommand(), args);
    }

    private int run(Object command, Object... args) {
        String[] words = new String[args.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = args[i].toString();
        }
        CommandLine line = new CommandLine(command);
        line.setExecutionExceptionHandler((e, failed, parsed) -> {
            complaint = e.getMessage();
            return e instanceof UsageError ? 2 : 1;
        });
        return line.execute(words);
    }
}
