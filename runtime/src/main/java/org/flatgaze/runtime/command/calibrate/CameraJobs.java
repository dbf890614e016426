package org.flatgaze.runtime.command.calibrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.calibration.camera.CameraCalibration;
import org.flatgaze.calibration.camera.CameraHealth;
import org.flatgaze.calibration.camera.CaptureFolder;
import org.flatgaze.calibration.camera.CaptureProgress;
import org.flatgaze.calibration.camera.DeviceFile;
import org.flatgaze.calibration.camera.HotPixels;
import org.flatgaze.calibration.camera.MatlabCalibration;
import org.flatgaze.calibration.camera.PairCalibration;
import org.flatgaze.calibration.camera.PatternCalibration;
import org.flatgaze.calibration.camera.PatternPlan;
import org.flatgaze.calibration.camera.RigDescription;
import org.flatgaze.calibration.camera.SeparablePair;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;
import org.flatgaze.runtime.command.UsageError;

/** The ways to a camera calibration that start from a user's files. */
final class CameraJobs {

    private CameraJobs() {}

    /** Writes the calibration file. */
    interface Writer {
        void write(Path file) throws IOException;
    }

    /** A calibration with a frame that shows its health; {@code plane} is rows x cols, share of full scale. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier between the steps of one command
    record Result(FlatCamModel model, CameraHealth health, float[] plane, Map<String, Object> facts, Writer writer) {}

    static Result captures(
            Path folder,
            PatternPlan plan,
            SensorFormat given,
            PatternCalibration.Options options,
            String device,
            double magnification,
            CaptureProgress progress)
            throws IOException {
        SensorFormat sensor = asReference(given);
        CaptureFolder source = CaptureFolder.open(folder, plan, sensor);
        CameraCalibration found = PatternCalibration.run(source, plan, options, progress);
        FlatCamModel model = found.model(device, "Hadamard captures in " + folder.getFileName(), now());
        float[] plane = testPlane(source, plan, found);
        CameraHealth health = CameraHealth.of(model, found.noise(), plane, null);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("forward_error", found.testError());
        facts.put("forward_error_tests", found.testErrors());
        facts.put("rotation_error_deg", null);
        facts.put("rotation_deg", found.rotationDeg());
        facts.put("slopes", new double[] {found.left().slope(), found.right().slope()});
        facts.put(
                "shadow_residual",
                new double[] {found.left().residual(), found.right().residual()});
        facts.put("rank_one_share", found.rankOneShare());
        facts.put("hot_pixels", found.hotPixels().length);
        facts.put("response_spread", found.responseSpread());
        facts.put("frames", source.frames());
        addHealth(facts, health);
        FlatCamModel written = magnification == 1 ? model : atMagnification(found, magnification, device);
        return new Result(written, health, plane, facts, file -> DeviceFile.save(found, written, facts, file));
    }

    private static FlatCamModel atMagnification(CameraCalibration found, double magnification, String device) {
        SeparablePair pair = found.atMagnification(magnification);
        return new FlatCamModel(
                device,
                found.sensor(),
                found.plane(),
                pair.scene(),
                pair.scene(),
                pair.left(),
                pair.right(),
                "Hadamard captures, shadow magnified by " + magnification,
                now());
    }

    /** One test capture, as the health check's frame: never used to fit. */
    private static float[] testPlane(CaptureFolder source, PatternPlan plan, CameraCalibration found)
            throws IOException {
        int position = plan.shots().size() - 1;
        short[] counts = new short[source.sensor().samples()];
        source.read(plan.shots().get(position), position, 0, counts);
        float[] frame = new float[counts.length];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (counts[i] & 0xffff) / (float) source.sensor().maxValue();
        }
        HotPixels.of(source.sensor().height(), source.sensor().width(), found.hotPixels())
                .repair(frame);
        float[] plane = new float[found.plane().rows() * found.plane().cols()];
        new PlaneCutter(source.sensor(), found.plane()).cut(frame, 0, 1, false, plane);
        return plane;
    }

    /** The format that the first capture of a folder shows. */
    static SensorFormat sensorOf(Path folder, PatternPlan plan, int bits, boolean leftAligned) throws IOException {
        String first = plan.shots().get(0).name(0);
        Packing packing = leftAligned ? Packing.U16_HIGH : Packing.U16_LOW;
        Path stack = folder.resolve(first + ".npy");
        int height;
        int width;
        if (Files.isRegularFile(stack)) {
            int[] shape = Npy.readHeader(stack).shape();
            if (shape.length < 2) {
                throw new IOException(stack + ": expected [rows, cols] or [frames, rows, cols]");
            }
            height = shape[shape.length - 2];
            width = shape[shape.length - 1];
        } else {
            Path single = folder.resolve(first + ".png");
            Picture picture =
                    OpenCvImages.read(Files.isRegularFile(single) ? single : folder.resolve(first + "-f00.png"));
            height = picture.height();
            width = picture.width();
        }
        return new SensorFormat(width, height, bits, packing);
    }

    /** The reference device packs its samples, whatever its captures were stored as. */
    private static SensorFormat asReference(SensorFormat sensor) {
        SensorFormat reference = SensorFormat.REFERENCE;
        boolean same = sensor.width() == reference.width()
                && sensor.height() == reference.height()
                && sensor.bitDepth() == reference.bitDepth()
                && sensor.packing() == Packing.U16_LOW;
        return same ? reference : sensor;
    }

    static Result pairs(List<String> names, Path rigFile, String device, CaptureProgress progress) throws IOException {
        RigDescription rig = rig(rigFile, "--pairs");
        List<PairCalibration.Pair> pairs = new ArrayList<>();
        float[] plane = null;
        for (String name : names) {
            int colon = name.lastIndexOf(':');
            if (colon < 1) {
                throw new UsageError("--pairs " + name + ": expected RAW:PICTURE such as fc_7.png:rec_7.png");
            }
            float[] frame = rig.frame(Path.of(name.substring(0, colon)));
            for (int colour = 0; colour < rig.colours(); colour++) {
                float[] cut = rig.plane(frame, colour);
                pairs.add(new PairCalibration.Pair(cut, rig.picture(Path.of(name.substring(colon + 1)), colour)));
                plane = colour == Math.min(1, rig.colours() - 1) ? cut : plane;
            }
        }
        PairCalibration.Result found =
                PairCalibration.fit(pairs, rig.plane().rows(), rig.plane().cols(), rig.scene(), progress);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pairs", names.size());
        facts.put("slopes", found.slope());
        facts.put("frame_residual", found.residual());
        facts.put("forward_error", null);
        facts.put("rotation_error_deg", null);
        return plain(
                rig,
                found.matrices(),
                device,
                "self-calibration from " + names.size() + " frames and pictures",
                plane,
                facts);
    }

    static Result matlab(Path file, Path rigFile, String device) throws IOException {
        RigDescription rig = rig(rigFile, "--matlab");
        SeparablePair pair =
                MatlabCalibration.read(file, rig.plane().rows(), rig.plane().cols());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("imported", file.getFileName().toString());
        float[] x = new float[pair.scene() * pair.scene()];
        double middle = 0.5 * (pair.scene() - 1);
        for (int row = 0; row < pair.scene(); row++) {
            for (int col = 0; col < pair.scene(); col++) {
                x[row * pair.scene() + col] = Math.hypot(row - middle, col - middle) < middle / 2 ? 1 : 0;
            }
        }
        return plain(rig, pair, device, "imported from " + file.getFileName(), pair.predict(x), facts);
    }

    private static Result plain(
            RigDescription rig,
            SeparablePair pair,
            String device,
            String provenance,
            float[] plane,
            Map<String, Object> facts) {
        FlatCamModel model = new FlatCamModel(
                device,
                rig.sensor(),
                rig.plane(),
                pair.scene(),
                pair.scene(),
                pair.left(),
                pair.right(),
                provenance,
                now());
        CameraHealth health = CameraHealth.of(model, DeviceFile.Noise.UNKNOWN, plane, null);
        addHealth(facts, health);
        return new Result(model, health, plane, facts, file -> DeviceFile.save(model, Map.of(), facts, file));
    }

    private static RigDescription rig(Path file, String option) throws IOException {
        if (file == null) {
            throw new UsageError(option + " needs --rig: a rig.json with the sensor and how a plane is cut");
        }
        return RigDescription.read(file);
    }

    private static void addHealth(Map<String, Object> facts, CameraHealth health) {
        facts.put("health", health.right().explained());
        facts.put("health_report", health.facts());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
