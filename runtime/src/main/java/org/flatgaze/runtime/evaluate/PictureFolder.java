package org.flatgaze.runtime.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.pipeline.PipelineConfig;
import org.flatgaze.pipeline.reconstruct.FrameUnpacker;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.EyeShape;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.Installation;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.dataset.EyePicture;
import org.flatgaze.runtime.demo.ContactSheet;
import org.flatgaze.runtime.demo.SheetRow;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;

/**
 * Real eye pictures as the device would see them: each goes through the optics model with noise and the frame path. It shows
 * whether the networks learned eyes or the simulator.
 *
 * <p>A picture lies flat at the calibrated distance and its scale is unknown: it is shown whole first, then enlarged or
 * reduced about the iris found until that is as wide as an iris is on the device.
 */
public final class PictureFolder {

    private static final String SHEET = "pictures.png";
    private static final double EXPOSURE_GAIN = 0.9;
    private static final long NOISE_SEED = 850;

    /** Times a picture is laid again, at most; and how far off the width of its iris may be left. */
    private static final int PLACEMENTS = 4;

    private static final double CLOSE_ENOUGH = 0.05;

    /** Beyond this what was found is no iris, and to go by it would lose the eye. */
    private static final double LARGEST_STEP = 2.5;

    private static final int MAP = Roi.PICTURE / 2;

    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<SheetRow> sheet = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Confusion confusion = new Confusion();
    private boolean isLabelled;

    private final ReferenceDevice device = ReferenceDevice.open();
    private final FlatCamOptics optics = device.newOptics();
    private final Reconstructor reconstructor = new Reconstructor(device.filter());
    private final FrameUnpacker unpacker = new FrameUnpacker(device.filter(), KernelSet.best());
    private final SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
    private final short[] counts = new short[SensorFormat.REFERENCE.samples()];
    private final float[] depthMm = new float[Roi.PICTURE * Roi.PICTURE];
    private final EyeShapeFinder finder = new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX);
    private final EyeShape shape = new EyeShape();

    private PictureFolder() {
        Arrays.fill(depthMm, (float) FlatCamGeometry.REFERENCE.eyeReliefMm());
    }

    /**
     * Runs every picture of a folder.
     *
     * @param folder PNG or JPEG files; others are left alone
     * @param models folder of the models, or null for the committed ones
     * @param segmentation id of the segmentation network
     * @param save folder for a contact sheet, made if need be, or null for none
     * @throws IOException if there is no picture, one cannot be read, or the sheet cannot be written; one line
     * @throws org.flatgaze.pipeline.models.ModelException if the models cannot be used
     */
    public static PictureFolder of(Path folder, Path models, String segmentation, Path save) throws IOException {
        List<Path> files = files(folder);
        if (save != null) {
            Files.createDirectories(save);
        }
        PictureFolder result = new PictureFolder();
        PipelineConfig config = PipelineConfig.DEFAULT.withNetworks(Networks.PAPER.withSegmentation(segmentation));
        try (PipelineStack stack =
                PipelineStack.open("onnx", Installation.models(models), result.device.filter(), config)) {
            PipelineProcessor processor = stack.newProcessor();
            for (Path file : files) {
                result.add(file, stack, processor);
            }
        }
        if (result.isLabelled) {
            result.line("mIoU of the labelled pictures %.4f", result.confusion.meanIou());
        }
        if (save != null) {
            Path sheetFile = save.resolve(SHEET);
            new ContactSheet(result.sheet).write(sheetFile);
            result.line("%s", sheetFile);
        }
        return result;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(EyePicture::isPicture).sorted().toList();
            if (files.isEmpty()) {
                throw new IOException(folder + " holds no picture; expected PNG or JPEG files of eyes");
            }
            return files;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new IOException(folder + " is no folder; name one that holds PNG or JPEG files of eyes", e);
        }
    }

    private void add(Path file, PipelineStack stack, PipelineProcessor processor) throws IOException {
        EyePicture picture = EyePicture.read(file);
        EyePicture.Placement place = picture.whole();
        GazeSample sample = new GazeSample();
        float[] scene = picture.scene(place);
        see(scene, stack, processor, sample);
        for (int i = 1; i < PLACEMENTS && shape.irisFound; i++) {
            double width = shape.lastX - shape.firstX + 1.0;
            double step = EyeShapeFinder.REFERENCE_IRIS_PX / width;
            if (Math.abs(step - 1) < CLOSE_ENOUGH || step > LARGEST_STEP || step < 1 / LARGEST_STEP) {
                break;
            }
            place = new EyePicture.Placement(
                    picture.pictureX(shape.firstX + shape.lastX + 0.5, place),
                    picture.pictureY(shape.firstY + shape.lastY + 0.5, place),
                    place.scale() * step);
            scene = picture.scene(place);
            see(scene, stack, processor, sample);
        }
        report(file, picture, place, sample, processor);
        float[] plane = unpacker.newPlane();
        unpacker.unpack(frame, plane);
        float[] reconstruction = new float[Roi.PICTURE * Roi.PICTURE];
        reconstructor.reconstruct(plane, Target.FULL, 0, 0, reconstruction);
        sheet.add(new SheetRow(
                file.getFileName().toString(),
                counts.clone(),
                SensorFormat.REFERENCE.height(),
                SensorFormat.REFERENCE.width(),
                reconstruction,
                processor.pipeline().lastLabels().clone(),
                scene,
                processor.pipeline().lastRegionPicture().clone(),
                sample,
                null));
    }

    private void see(float[] scene, PipelineStack stack, PipelineProcessor processor, GazeSample sample) {
        optics.expose(scene, depthMm, EXPOSURE_GAIN, new SplittableRandom(NOISE_SEED), counts);
        RawPacking.pack(counts, frame);
        frame.stamp(0, System.nanoTime(), 0);
        // A tracker that has seen nothing segments this very frame first.
        stack.tracker().reset();
        processor.process(frame, sample);
        finder.find(processor.pipeline().lastLabels(), shape);
    }

    private void report(
            Path file, EyePicture picture, EyePicture.Placement place, GazeSample sample, PipelineProcessor processor) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("file", file.getFileName().toString());
        row.put("status", sample.status.name().toLowerCase(Locale.ROOT));
        row.put("scale", place.scale());
        row.put("iris_found", shape.irisFound);
        row.put("pupil_found", shape.pupilFound);
        if (shape.irisFound) {
            row.put(
                    "iris_box",
                    List.of(
                            picture.pictureX(2 * shape.firstX, place),
                            picture.pictureY(2 * shape.firstY, place),
                            picture.pictureX(2 * shape.lastX + 1.0, place),
                            picture.pictureY(2 * shape.lastY + 1.0, place)));
        }
        if (shape.pupilFound) {
            row.put("pupil_x", picture.pictureX(shape.pupilX, place));
            row.put("pupil_y", picture.pictureY(shape.pupilY, place));
            row.put("pupil_major", shape.pupilMajor / place.scale());
            row.put("pupil_minor", shape.pupilMinor / place.scale());
        }
        double miou = overlap(picture, place, processor.pipeline().lastLabels());
        row.put("miou", Double.isFinite(miou) ? miou : null);
        rows.add(row);
        line(
                "%s: %s%s%s",
                file.getFileName(),
                shape.irisFound
                        ? String.format(
                                Locale.ROOT,
                                "iris from (%.0f, %.0f) to (%.0f, %.0f)",
                                picture.pictureX(2 * shape.firstX, place),
                                picture.pictureY(2 * shape.firstY, place),
                                picture.pictureX(2 * shape.lastX + 1.0, place),
                                picture.pictureY(2 * shape.lastY + 1.0, place))
                        : "no iris found",
                shape.pupilFound
                        ? String.format(
                                Locale.ROOT,
                                ", pupil at (%.0f, %.0f), half axes %.0f and %.0f pixels of the picture",
                                picture.pictureX(shape.pupilX, place),
                                picture.pictureY(shape.pupilY, place),
                                shape.pupilMajor / place.scale(),
                                shape.pupilMinor / place.scale())
                        : ", no pupil found",
                Double.isFinite(miou) ? String.format(Locale.ROOT, ", mIoU %.4f", miou) : "");
    }

    /** Overlap with the picture's labels inside the picture; NaN without labels. */
    private double overlap(EyePicture picture, EyePicture.Placement place, byte[] found) {
        byte[] truth = picture.labels(place).orElse(null);
        if (truth == null) {
            return Double.NaN;
        }
        Confusion own = new Confusion();
        for (int i = 0; i < MAP * MAP; i++) {
            if (truth[i] >= 0) {
                own.add(truth, i, found, i, 1);
            }
        }
        confusion.add(own);
        isLabelled = true;
        return own.meanIou();
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** The result as lines for people. */
    public String text() {
        return text.toString();
    }

    /** The result: one entry a picture, lengths in pixels of the picture. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pictures", rows);
        json.put("miou", isLabelled ? confusion.meanIou() : null);
        return json;
    }
}
