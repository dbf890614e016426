package org.flatgaze.flatcam.sim;

/** The measurement matrices of every depth layer, computed once and shared by all threads. Immutable. */
final class DepthLayers {

    private final FlatCamGeometry geometry;
    private final float[] left;
    private final float[] rightTransposed;
    private final float[] transmission;

    DepthLayers(FlatCamGeometry geometry) {
        this.geometry = geometry;
        int layers = geometry.depthLayers();
        int size = geometry.scenePixels();
        this.left = new float[Math.multiplyExact(layers, geometry.rows() * size)];
        this.rightTransposed = new float[Math.multiplyExact(layers, geometry.cols() * size)];
        for (int layer = 0; layer < layers; layer++) {
            double depthMm = depthMm(layer);
            float[] phiLeft = matrix(depthMm, geometry.rows());
            System.arraycopy(phiLeft, 0, left, layer * phiLeft.length, phiLeft.length);
            float[] phiRight = transposed(matrix(depthMm, geometry.cols()), geometry.cols(), size);
            System.arraycopy(phiRight, 0, rightTransposed, layer * phiRight.length, phiRight.length);
        }
        this.transmission = new float[size];
        for (int i = 0; i < size; i++) {
            transmission[i] = (float) transmission(i);
        }
    }

    /** PhiL of each layer, layers x rows x scenePixels, without the cosine fall-off. Shared, not copied. */
    float[] left() {
        return left;
    }

    /** PhiR^T of each layer, layers x scenePixels x cols, without the cosine fall-off. Shared, not copied. */
    float[] rightTransposed() {
        return rightTransposed;
    }

    /** Dimming of each scene row or column by the cosine fall-off. Shared, not copied. */
    float[] transmission() {
        return transmission;
    }

    /** Depth of a layer; equal steps in 1/z. */
    double depthMm(int layer) {
        double near = 1 / geometry.nearestMm();
        double far = 1 / geometry.farthestMm();
        return 1 / (far + (near - far) * layer / (geometry.depthLayers() - 1));
    }

    /** The +-1 shadow of every scene pixel along one axis of the sensor, length x scenePixels, without fall-off. */
    float[] matrix(double depthMm, int length) {
        MaskShadow shadow = new MaskShadow(geometry, depthMm);
        int size = geometry.scenePixels();
        double shift = geometry.shiftPerScenePixel();
        float[] phi = new float[Math.multiplyExact(length, size)];
        for (int i = 0; i < length; i++) {
            for (int j = 0; j < size; j++) {
                phi[i * size + j] = (float) shadow.at(i - 0.5 * (length - 1) - shift * (j - 0.5 * (size - 1)));
            }
        }
        return phi;
    }

    /**
     * The cos^4 law in its separable form: {@code 1 / (1 + tx^2 + ty^2)^2} is taken as the product over the axes of
     * {@code 1 / (1 + t^2)^2}; the two differ by the term {@code tx^2 ty^2}, 13 % in the outermost corner of the reference scene.
     */
    double transmission(int index) {
        if (!geometry.cosineFallOff()) {
            return 1;
        }
        double tangent = (index - 0.5 * (geometry.scenePixels() - 1)) * geometry.tangentStep();
        double cosineSquared = 1 / (1 + tangent * tangent);
        return cosineSquared * cosineSquared;
    }

    /** The transpose of a rows x cols matrix. */
    static float[] transposed(float[] from, int rows, int cols) {
        float[] to = new float[from.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                to[j * rows + i] = from[i * cols + j];
            }
        }
        return to;
    }
}
