package org.flatgaze.pipeline.reconstruct;

import java.util.Objects;

/**
 * The singular bases of a model's two centred matrices: computed once (a fraction of a second), then any number of exact or
 * fitted filters are designed from them. Immutable, any thread.
 */
public final class ModelSpectrum {

    /** Singular values below this share of the largest are rounding noise of 32-bit matrices. */
    private static final double RANK_TOLERANCE = 1e-6;

    private final FlatCamModel model;
    private final ThinSvd left;
    private final ThinSvd right;

    private ModelSpectrum(FlatCamModel model, ThinSvd left, ThinSvd right) {
        this.model = model;
        this.left = left;
        this.right = right;
    }

    /** Decomposes both matrices. */
    public static ModelSpectrum of(FlatCamModel model) {
        Objects.requireNonNull(model, "model");
        return new ModelSpectrum(
                model,
                ThinSvd.of(model.centredLeft(), model.rows(), model.sceneRows(), RANK_TOLERANCE),
                ThinSvd.of(model.centredRight(), model.cols(), model.sceneCols(), RANK_TOLERANCE));
    }

    /** Whose bases these are. */
    public FlatCamModel model() {
        return model;
    }

    /** Numerical rank of the left matrix. */
    public int rankLeft() {
        return left.rank();
    }

    /** Numerical rank of the right matrix. */
    public int rankRight() {
        return right.rank();
    }

    ThinSvd left() {
        return left;
    }

    ThinSvd right() {
        return right;
    }

    /** {@code (sL_1 sR_1)^2}, what lambda is relative to. */
    double lambdaUnit() {
        double s = left.s(0) * right.s(0);
        return s * s;
    }
}
