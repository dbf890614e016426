package org.flatgaze.runtime.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.replay.FrameCache;
import org.flatgaze.flatcam.replay.FrameTruth;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.reconstruct.FrameUnpacker;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.Target;
import org.flatgaze.pipeline.roi.Roi;
import org.flatgaze.runtime.ReferenceDevice;
import org.flatgaze.runtime.loop.PipelineProcessor;
import org.flatgaze.runtime.loop.PipelineStack;

/** Collects the rows of the demo's contact sheet: one frame of each of the first people. One thread, outside the run. */
final class SheetMaker {

    private static final int ROWS = 8;
    private static final String FILE = "contact-sheet.png";

    private final DemoSpec spec;
    private final PipelineStack stack;
    private final FrameCache cache;
    private final PipelineProcessor processor;
    private final SimulatedEye eye;
    private final FrameUnpacker unpacker;
    private final Reconstructor reconstructor;
    private final SensorFrame frame;
    private final float[] plane;

    /** No loop may be running on {@code stack}: its regions are used here. */
    SheetMaker(DemoSpec spec, ReferenceDevice device, PipelineStack stack, FrameCache cache) {
        this.spec = spec;
        this.stack = stack;
        this.cache = cache;
        this.processor = stack.newProcessor();
        this.eye = new SimulatedEye(spec, device.newOptics());
        this.unpacker = new FrameUnpacker(device.filter(), KernelSet.best());
        this.reconstructor = new Reconstructor(device.filter());
        this.frame = new SensorFrame(SensorFormat.REFERENCE);
        this.plane = unpacker.newPlane();
    }

    /** Writes the sheet into {@code folder}, which is made if need be; answers the file. */
    Path write(Path folder) throws IOException {
        List<SheetRow> rows = new ArrayList<>();
        for (int person = 0; person < Math.min(ROWS, spec.people()); person++) {
            rows.add(row(person, openFrame(person)));
        }
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        new ContactSheet(rows).write(file);
        return file;
    }

    /** The frame in the middle of the person's time, or the next one with an open eye. */
    private int openFrame(int person) {
        int first = spec.firstFrameOf(person);
        int count = spec.framesOf(person);
        FrameTruth truth = new FrameTruth();
        for (int i = 0; i < count; i++) {
            int index = first + (count / 2 + i) % count;
            cache.readTruth(index, truth);
            if (truth.pupilVisible) {
                return index;
            }
        }
        return first;
    }

    private SheetRow row(int person, int index) {
        cache.read(index, frame);
        frame.stamp(index, System.nanoTime(), 0);
        // A tracker that has seen nothing segments this very frame first: labels and region belong to the picture
        // shown.
        stack.tracker().reset();
        GazeSample sample = new GazeSample();
        processor.process(frame, sample);
        unpacker.unpack(frame, plane);
        float[] picture = new float[Roi.PICTURE * Roi.PICTURE];
        reconstructor.reconstruct(plane, Target.FULL, 0, 0, picture);
        short[] raw = new short[SensorFormat.REFERENCE.samples()];
        RawPacking.unpack(frame, raw);
        FrameTruth truth = new FrameTruth();
        eye.render(index, frame, truth);
        return new SheetRow(
                String.format(Locale.ROOT, "person %d, frame %d", person + 1, index),
                raw,
                SensorFormat.REFERENCE.height(),
                SensorFormat.REFERENCE.width(),
                picture,
                processor.pipeline().lastLabels().clone(),
                eye.scene().radiance.clone(),
                processor.pipeline().lastRegionPicture().clone(),
                sample,
                truth);
    }
}
