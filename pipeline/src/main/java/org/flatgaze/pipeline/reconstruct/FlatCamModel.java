package org.flatgaze.pipeline.reconstruct;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.flatgaze.flatcam.SensorFormat;

/**
 * What one lensless camera does to a scene: {@code Y = phiLeft X phiRight^T} once row and column means are removed, Y being
 * one plane (rows x cols) and X the scene (sceneRows x sceneCols). Immutable, any thread.
 *
 * <p>The matrices need not be centred: the filter centres them, which removes the constant, per-row and per-column part
 * of the measurement (open fraction of the mask, black level, row noise) exactly and at no cost per frame.
 */
public final class FlatCamModel {

    private final String deviceId;
    private final SensorFormat sensor;
    private final PlaneGeometry geometry;
    private final int sceneRows;
    private final int sceneCols;
    private final float[] phiLeft;
    private final float[] phiRight;
    private final String provenance;
    private final String created;
    private final String id;

    /**
     * @param deviceId which device this is, any text without line breaks
     * @param sensor what the sensor delivers
     * @param geometry how a plane is cut from a frame
     * @param sceneRows rows of the scene, even
     * @param sceneCols columns of the scene, even
     * @param phiLeft geometry.rows x sceneRows, row-major; copied
     * @param phiRight geometry.cols x sceneCols, row-major; copied
     * @param provenance where the matrices come from, for people
     * @param created when they were made, ISO 8601, or empty where they are computed
     * @throws IllegalArgumentException if a length does not fit, a value is not finite or a matrix is constant
     */
    public FlatCamModel(
            String deviceId,
            SensorFormat sensor,
            PlaneGeometry geometry,
            int sceneRows,
            int sceneCols,
            float[] phiLeft,
            float[] phiRight,
            String provenance,
            String created) {
        this.deviceId = Objects.requireNonNull(deviceId, "deviceId");
        this.sensor = Objects.requireNonNull(sensor, "sensor");
        this.geometry = Objects.requireNonNull(geometry, "geometry");
        this.provenance = Objects.requireNonNull(provenance, "provenance");
        this.created = Objects.requireNonNull(created, "created");
        if (sceneRows < 2 || sceneCols < 2 || sceneRows % 2 != 0 || sceneCols % 2 != 0) {
            throw new IllegalArgumentException(
                    "sceneRows=" + sceneRows + " sceneCols=" + sceneCols + ": expected even and at least 2");
        }
        geometry.requireFits(sensor);
        this.sceneRows = sceneRows;
        this.sceneCols = sceneCols;
        this.phiLeft = checked("phiLeft", phiLeft, geometry.rows(), sceneRows);
        this.phiRight = checked("phiRight", phiRight, geometry.cols(), sceneCols);
        this.id = hash();
    }

    /**
     * A mono device whose plane is the whole frame, such as the simulated one.
     *
     * @param sceneSize rows and columns of the scene
     * @param phiLeft sensor.height x sceneSize, row-major
     * @param phiRight sensor.width x sceneSize, row-major
     */
    public static FlatCamModel of(
            String deviceId, SensorFormat sensor, int sceneSize, float[] phiLeft, float[] phiRight) {
        return new FlatCamModel(
                deviceId, sensor, PlaneGeometry.whole(sensor), sceneSize, sceneSize, phiLeft, phiRight, "computed", "");
    }

    /** Which device this is. */
    public String deviceId() {
        return deviceId;
    }

    /** What the sensor delivers. */
    public SensorFormat sensor() {
        return sensor;
    }

    /** How a plane is cut from a frame. */
    public PlaneGeometry geometry() {
        return geometry;
    }

    /** Rows of a plane, and of {@link #phiLeft()}. */
    public int rows() {
        return geometry.rows();
    }

    /** Columns of a plane, and rows of {@link #phiRight()}. */
    public int cols() {
        return geometry.cols();
    }

    /** Rows of the scene. */
    public int sceneRows() {
        return sceneRows;
    }

    /** Columns of the scene. */
    public int sceneCols() {
        return sceneCols;
    }

    /** Rows x sceneRows; a copy. */
    public float[] phiLeft() {
        return phiLeft.clone();
    }

    /** Cols x sceneCols; a copy. */
    public float[] phiRight() {
        return phiRight.clone();
    }

    /** Where the matrices come from. */
    public String provenance() {
        return provenance;
    }

    /** When they were made, ISO 8601; empty where they are computed. */
    public Optional<String> created() {
        return created.isEmpty() ? Optional.empty() : Optional.of(created);
    }

    /** SHA-256 over shapes and matrices, 64 hexadecimal digits: what the filter depends on and nothing else. */
    public String id() {
        return id;
    }

    /**
     * The sensor's format, if the frame path can take its frames as they come.
     *
     * @throws IllegalArgumentException if they have to be cut, turned or split into colours first; one line
     */
    public SensorFormat requireWholeFrames() {
        if (!geometry.isWhole(sensor)) {
            throw new IllegalArgumentException("filter of device " + deviceId + ": " + geometry
                    + ": the frame path takes whole frames of mono sensors; fold crop and turn into the matrices");
        }
        return sensor;
    }

    /** Whether its planes can be binned: whole frames of a mono sensor, sides that {@code binning} divides; always by 1. */
    boolean canBeBinned(int binning) {
        return binning == 1 || (geometry.isWhole(sensor) && rows() % binning == 0 && cols() % binning == 0);
    }

    /** Centred left matrix in double, rows x sceneRows. */
    double[] centredLeft() {
        return centred(phiLeft, rows(), sceneRows);
    }

    /** Centred right matrix in double, cols x sceneCols. */
    double[] centredRight() {
        return centred(phiRight, cols(), sceneCols);
    }

    private static double[] centred(float[] phi, int rows, int cols) {
        double[] mean = new double[cols];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                mean[j] += phi[i * cols + j];
            }
        }
        double[] out = new double[phi.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                out[i * cols + j] = phi[i * cols + j] - mean[j] / rows;
            }
        }
        return out;
    }

    private static float[] checked(String name, float[] phi, int rows, int cols) {
        if (phi.length != Math.multiplyExact(rows, cols)) {
            throw new IllegalArgumentException(
                    name + ".length=" + phi.length + ": expected " + rows + " x " + cols + " for this sensor");
        }
        boolean varies = false;
        for (int i = 0; i < phi.length; i++) {
            if (!Float.isFinite(phi[i])) {
                throw new IllegalArgumentException(
                        name + "[" + i / cols + "][" + i % cols + "]=" + phi[i] + ": expected a finite number");
            }
            varies |= phi[i] != phi[i % cols];
        }
        if (!varies) {
            throw new IllegalArgumentException(name + ": expected columns that are not constant");
        }
        return phi.clone();
    }

    private String hash() {
        MessageDigest digest = sha256();
        ByteBuffer shape = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        shape.putInt(rows()).putInt(sceneRows).putInt(cols()).putInt(sceneCols);
        digest.update(shape.array());
        update(digest, phiLeft);
        update(digest, phiRight);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 of an array as little-endian 32-bit floats, in hexadecimal. */
    static String sha256(float[] values) {
        MessageDigest digest = sha256();
        update(digest, values);
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        digest.update(bytes.array());
    }
}
