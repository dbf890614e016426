package org.flatgaze.flatcam.sim;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * Forward model of a FlatCam: a scene with depth becomes a coded frame.
 *
 * <p>The mask lets light through where {@code (1 + s s^T) / 2} is 1, with s an m-sequence of signs, so a scene X at depth z
 * gives the clean frame {@code Y = (sum(X) + PhiL_z X PhiR_z^T) / 2} (M. S. Asif et al., FlatCam, IEEE Transactions on
 * Computational Imaging 2017). Depth enters through the magnification of the shadow: the radiance of every point is shared
 * between the two depth layers around it, linearly in 1/z, and the frames of all layers are added.
 *
 * <p>An instance owns scratch memory and belongs to one thread; {@link #newInstance()} makes one for another thread that
 * shares the matrices and the sensor. Nothing is allocated per frame.
 */
public final class FlatCamOptics {

    private final FlatCamGeometry geometry;
    private final DepthLayers layers;
    private final VirtualSensor sensor;
    private final KernelSet kernels = KernelSet.best();

    private final float[] layerRadiance;
    private final int[] firstRow;
    private final int[] lastRow;
    private final int[] firstCol;
    private final int[] lastCol;
    private final float[] packedLeft;
    private final float[] rightProducts;
    private final float[] irradiance;
    private final FrameRotation rotation;
    private final float[] straight;
    private float[] screenLeft;
    private float[] screenRightTransposed;
    private double screenDepthMm;

    /** Computes the matrices of every depth layer; takes about a second for the reference device. */
    public FlatCamOptics(FlatCamGeometry geometry, SensorModel model) {
        this(geometry, new DepthLayers(geometry), new VirtualSensor(geometry.rows(), geometry.cols(), model));
    }

    private FlatCamOptics(FlatCamGeometry geometry, DepthLayers layers, VirtualSensor sensor) {
        this.geometry = geometry;
        this.layers = layers;
        this.sensor = sensor;
        int count = geometry.depthLayers();
        int size = geometry.scenePixels();
        this.layerRadiance = new float[count * size * size];
        this.firstRow = new int[count];
        this.lastRow = new int[count];
        this.firstCol = new int[count];
        this.lastCol = new int[count];
        this.packedLeft = new float[geometry.rows() * count * size];
        this.rightProducts = new float[count * size * geometry.cols()];
        this.irradiance = new float[geometry.rows() * geometry.cols()];
        boolean askew = geometry.maskRotationDeg() != 0;
        this.rotation = new FrameRotation(geometry.rows(), geometry.cols(), geometry.maskRotationDeg());
        this.straight = askew ? new float[irradiance.length] : null;
        Arrays.fill(lastRow, size - 1); // nothing known yet: clear everything the first time
        Arrays.fill(lastCol, size - 1);
    }

    /** The same device for another thread: shares the matrices and the sensor, owns its scratch. */
    public FlatCamOptics newInstance() {
        return new FlatCamOptics(geometry, layers, sensor);
    }

    /** The same optics in front of another individual sensor; shares the matrices. */
    public FlatCamOptics withSensor(SensorModel model) {
        return new FlatCamOptics(geometry, layers, new VirtualSensor(geometry.rows(), geometry.cols(), model));
    }

    public FlatCamGeometry geometry() {
        return geometry;
    }

    public VirtualSensor sensor() {
        return sensor;
    }

    /**
     * PhiL at one depth, rows x scenePixels: the separable part as an error-free calibration at that depth would measure it,
     * cosine fall-off included, so that {@code irradiance = (constant + PhiL X PhiR^T) / 2}. Rows and columns are those of the
     * mask: a mask that is turned against the sensor turns the frame, not the matrix.
     *
     * @param depthMm from the mask
     */
    public float[] phiLeft(double depthMm) {
        return phi(depthMm, geometry.rows());
    }

    /** PhiR at one depth, cols x scenePixels; see {@link #phiLeft}. */
    public float[] phiRight(double depthMm) {
        return phi(depthMm, geometry.cols());
    }

    private float[] phi(double depthMm, int length) {
        if (!(depthMm > 0)) {
            throw new IllegalArgumentException("depthMm=" + depthMm + ": expected more than 0");
        }
        int size = geometry.scenePixels();
        float[] phi = layers.matrix(depthMm, length);
        for (int i = 0; i < phi.length; i++) {
            phi[i] *= layers.transmission()[i % size];
        }
        return phi;
    }

    /**
     * Exposes one frame under automatic exposure.
     *
     * @param radiance scene, scenePixels x scenePixels, not negative, any unit
     * @param depthMm distance from the mask of every scene pixel, same shape; read only where there is radiance
     * @param exposureGain 1 brings the brightest pixel of the frame to the white level; more over-exposes, less under-exposes
     * @param noise source of this frame's noise; the same state gives the same frame
     * @param counts result, rows x cols, 0..1023 for 10 bits
     */
    public void expose(float[] radiance, float[] depthMm, double exposureGain, SplittableRandom noise, short[] counts) {
        project(radiance, depthMm, irradiance);
        sensor.expose(irradiance, exposureGain * sensor.automaticExposure(irradiance), noise, counts);
    }

    /** Exposes a rendered eye under automatic exposure; the scene must have {@code scenePixels} rows and columns. */
    public void expose(EyeScene scene, double exposureGain, SplittableRandom noise, short[] counts) {
        expose(scene.radiance, scene.depthMm, exposureGain, noise, counts);
    }

    /**
     * The clean frame that reaches the sensor, before exposure and noise.
     *
     * @param radiance scene, scenePixels x scenePixels, not negative
     * @param depthMm same shape
     * @param result rows x cols, in units of radiance summed over the scene
     */
    public void project(float[] radiance, float[] depthMm, float[] result) {
        int size = geometry.scenePixels();
        if (radiance.length < size * size || depthMm.length < size * size || result.length < irradiance.length) {
            throw new IllegalArgumentException("radiance.length=" + radiance.length + " depthMm.length="
                    + depthMm.length
                    + " result.length=" + result.length + ": expected " + size * size + ", " + size * size + " and "
                    + irradiance.length);
        }
        if (straight == null) {
            projectStraight(radiance, depthMm, result);
        } else {
            projectStraight(radiance, depthMm, straight);
            rotation.apply(straight, result);
        }
    }

    /**
     * The clean frame of a flat screen at one depth, such as the monitor of a camera calibration: exactly
     * {@code (sum + PhiL X PhiR^T) / 2}, without depth layers. Computes matrices when the depth changes.
     *
     * @param radiance screen, scenePixels x scenePixels, not negative
     * @param depthMm of the screen from the mask
     * @param result rows x cols, in the units of {@link #project}
     */
    public void projectScreen(float[] radiance, double depthMm, float[] result) {
        int size = geometry.scenePixels();
        int cols = geometry.cols();
        if (screenLeft == null || screenDepthMm != depthMm) {
            screenLeft = phiLeft(depthMm);
            screenRightTransposed = DepthLayers.transposed(phiRight(depthMm), cols, size);
            screenDepthMm = depthMm;
        }
        float[] target = straight == null ? result : straight;
        kernels.sgemm(size, cols, size, radiance, 0, size, screenRightTransposed, 0, cols, rightProducts, 0, cols);
        kernels.sgemm(geometry.rows(), cols, size, screenLeft, 0, size, rightProducts, 0, cols, target, 0, cols);
        float[] transmission = layers.transmission();
        double total = 0;
        for (int i = 0; i < size * size; i++) {
            total += radiance[i] * transmission[i / size] * transmission[i % size];
        }
        addConstant((float) total, target);
        if (straight != null) {
            rotation.apply(straight, result);
        }
    }

    private void projectStraight(float[] radiance, float[] depthMm, float[] result) {
        int size = geometry.scenePixels();
        int cols = geometry.cols();
        double total = splitIntoLayers(radiance, depthMm);
        int stacked = 0;
        for (int layer = 0; layer < geometry.depthLayers(); layer++) {
            stacked += rows(layer);
        }
        if (stacked == 0) {
            Arrays.fill(result, 0, irradiance.length, 0f);
            return;
        }
        // Stacking the layers along the inner dimension lets one product add all of them up.
        int offset = 0;
        for (int layer = 0; layer < geometry.depthLayers(); layer++) {
            int height = rows(layer);
            if (height > 0) {
                int width = lastCol[layer] - firstCol[layer] + 1;
                kernels.sgemm(
                        height,
                        cols,
                        width,
                        layerRadiance,
                        (layer * size + firstRow[layer]) * size + firstCol[layer],
                        size,
                        layers.rightTransposed(),
                        (layer * size + firstCol[layer]) * cols,
                        cols,
                        rightProducts,
                        offset * cols,
                        cols);
                packLeft(layer, height, offset, stacked);
                offset += height;
            }
        }
        kernels.sgemm(geometry.rows(), cols, stacked, packedLeft, 0, stacked, rightProducts, 0, cols, result, 0, cols);
        addConstant((float) total, result);
    }

    /** Turns the signed part into light: rounding may leave it a hair below 0, which no sensor sees. */
    private void addConstant(float total, float[] frame) {
        for (int i = 0; i < irradiance.length; i++) {
            frame[i] = Math.max(0f, 0.5f * (total + frame[i]));
        }
    }

    private int rows(int layer) {
        return Math.max(0, lastRow[layer] - firstRow[layer] + 1);
    }

    private void packLeft(int layer, int height, int offset, int stacked) {
        int size = geometry.scenePixels();
        int rows = geometry.rows();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(
                    layers.left(),
                    (layer * rows + row) * size + firstRow[layer],
                    packedLeft,
                    row * stacked + offset,
                    height);
        }
    }

    /** Shares the dimmed radiance out to the layers and notes the box each layer occupies; returns the sum. */
    private double splitIntoLayers(float[] radiance, float[] depthMm) {
        int size = geometry.scenePixels();
        int count = geometry.depthLayers();
        for (int layer = 0; layer < count; layer++) {
            for (int row = firstRow[layer]; row <= lastRow[layer]; row++) {
                int at = (layer * size + row) * size;
                Arrays.fill(layerRadiance, at + firstCol[layer], at + lastCol[layer] + 1, 0f);
            }
            firstRow[layer] = size;
            lastRow[layer] = -1;
            firstCol[layer] = size;
            lastCol[layer] = -1;
        }
        float far = (float) (1 / geometry.farthestMm());
        float perLayer = (float) ((count - 1) / (1 / geometry.nearestMm() - 1 / geometry.farthestMm()));
        float[] transmission = layers.transmission();
        double total = 0;
        for (int row = 0, at = 0; row < size; row++) {
            for (int col = 0; col < size; col++, at++) {
                float value = radiance[at] * transmission[row] * transmission[col];
                if (value > 0) {
                    float place = Math.clamp((1 / depthMm[at] - far) * perLayer, 0f, count - 1f);
                    int layer = Math.min((int) place, count - 2);
                    float share = value * (place - layer);
                    put(layer, row, col, value - share);
                    put(layer + 1, row, col, share);
                    total += value;
                }
            }
        }
        return total;
    }

    private void put(int layer, int row, int col, float value) {
        if (value != 0) {
            layerRadiance[(layer * geometry.scenePixels() + row) * geometry.scenePixels() + col] = value;
            firstRow[layer] = Math.min(firstRow[layer], row);
            lastRow[layer] = Math.max(lastRow[layer], row);
            firstCol[layer] = Math.min(firstCol[layer], col);
            lastCol[layer] = Math.max(lastCol[layer], col);
        }
    }
}
