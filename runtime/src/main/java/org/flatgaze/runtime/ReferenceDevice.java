package org.flatgaze.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.flatcam.RawPacking;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.SensorFrame;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.flatcam.sim.FlatCamOptics;
import org.flatgaze.flatcam.sim.SensorModel;
import org.flatgaze.pipeline.reconstruct.FilterDesign;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FrameUnpacker;
import org.flatgaze.pipeline.reconstruct.Reconstructor;
import org.flatgaze.pipeline.reconstruct.SeparableFilter;
import org.flatgaze.pipeline.reconstruct.Target;

/**
 * The reference device, complete: optics, sensor, error-free calibration and the fixed filter of the frame path. Immutable
 * and shareable; each thread takes an {@link Instance}.
 */
public final class ReferenceDevice {

    /** Name in calibration files and messages. */
    public static final String DEVICE_ID = "reference";

    private static final long NEIGHBOUR_SEED = 4_000;

    private final FlatCamOptics optics;
    private final SeparableFilter filter;

    private ReferenceDevice(FlatCamOptics optics, SeparableFilter filter) {
        this.optics = optics;
        this.filter = filter;
    }

    /** Computes the matrices; about a third of a second. */
    public static ReferenceDevice open() {
        FlatCamOptics optics = new FlatCamOptics(FlatCamGeometry.REFERENCE, SensorModel.REFERENCE);
        return new ReferenceDevice(optics, SeparableFilter.of(model(optics), FilterDesign.reference()));
    }

    /** The filter that {@link #open()} would use, for a process that needs no simulator. */
    public static SeparableFilter referenceFilter() {
        return open().filter;
    }

    /**
     * Devices that are not quite this one, behind this one's filter: what a calibration that is a little off, or an older one,
     * means. Each has its mask up to 0.05 degrees askew and up to 0.2 % nearer or farther (0.2 sensor pixels of shadow 100 pixels off the
     * middle), its own sensor with other noise, and a filter with ridges (which go with the root of lambda) up to 1.7 times larger or smaller.
     *
     * @param count how many; about a third of a second each
     */
    public List<ReferenceDevice> neighbours(int count) {
        FlatCamModel model = model(optics);
        FlatCamGeometry reference = FlatCamGeometry.REFERENCE;
        FilterDesign usual = FilterDesign.reference();
        List<ReferenceDevice> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(NEIGHBOUR_SEED + i);
            FlatCamGeometry geometry = reference
                    .withMaskRotation(0.1 * random.nextDouble() - 0.05)
                    .withMaskDistance(reference.maskDistanceMm() * (0.998 + 0.004 * random.nextDouble()));
            SensorModel sensor = SensorModel.REFERENCE
                    .withNoise(6_000 + 6_000 * random.nextDouble(), 3 + 12 * random.nextDouble())
                    .withDeviceSeed(random.nextLong());
            double ridges = Math.pow(3, random.nextDouble() - 0.5);
            FilterDesign design = usual.withRidges(ridges * usual.alphaLeft(), ridges * usual.alphaRight());
            devices.add(new ReferenceDevice(new FlatCamOptics(geometry, sensor), SeparableFilter.of(model, design)));
        }
        return devices;
    }

    private static FlatCamModel model(FlatCamOptics optics) {
        FlatCamGeometry geometry = FlatCamGeometry.REFERENCE;
        return FlatCamModel.of(
                DEVICE_ID,
                SensorFormat.REFERENCE,
                geometry.scenePixels(),
                optics.phiLeft(geometry.eyeReliefMm()),
                optics.phiRight(geometry.eyeReliefMm()));
    }

    /** The filter every frame and every training picture goes through. */
    public SeparableFilter filter() {
        return filter;
    }

    /** Id of that filter, as it stands in model and set manifests. */
    public String filterId() {
        return filter.id();
    }

    /** Optics that one more thread may use. */
    public FlatCamOptics newOptics() {
        return optics.newInstance();
    }

    /** One thread's share of the device. */
    public Instance newInstance() {
        return new Instance(optics.newInstance(), filter);
    }

    /** Exposes scenes and reconstructs them; one thread. */
    public static final class Instance {

        private final FlatCamOptics optics;
        private final Reconstructor reconstructor;
        private final short[] counts = new short[SensorFormat.REFERENCE.samples()];
        private final FrameUnpacker unpacker;
        private final SensorFrame frame = new SensorFrame(SensorFormat.REFERENCE);
        private final float[] plane;

        private Instance(FlatCamOptics optics, SeparableFilter filter) {
            KernelSet kernels = KernelSet.best();
            this.optics = optics;
            this.reconstructor = new Reconstructor(filter, kernels);
            this.unpacker = new FrameUnpacker(filter, kernels);
            this.plane = unpacker.newPlane();
        }

        /** Exposes {@code scene}; the frame stays inside until the next one. */
        public void expose(EyeScene scene, double exposureGain, SplittableRandom noise) {
            optics.expose(scene.radiance, scene.depthMm, exposureGain, noise, counts);
            RawPacking.pack(counts, frame);
            unpacker.unpack(frame, plane);
        }

        /** Reconstructs the whole exposed scene into 256 x 256. */
        public void reconstructFull(float[] picture) {
            reconstructor.reconstruct(plane, Target.FULL, 0, 0, picture);
        }

        /** The exposed frame, rows x cols counts; overwritten by the next exposure. */
        public short[] counts() {
            return counts;
        }
    }
}
