package org.flatgaze.accel.vitcod.model;

import java.util.Random;
import org.flatgaze.accel.vitcod.encoder.FoldedProjection;
import org.flatgaze.accel.vitcod.encoder.HeadAutoEncoder;

/**
 * Weights of one encoder block, row-major {@code inputs x outputs}. Seeded ones are for speed only: their output means
 * nothing.
 */
final class VitWeights {

    final float[] q;
    final float[] qBias;
    final float[] k;
    final float[] kBias;
    final float[] v;
    final float[] vBias;
    final float[] out;
    final float[] outBias;
    final float[] up;
    final float[] upBias;
    final float[] down;
    final float[] downBias;

    /** Encoders of q and k, folded into q and k above; null for none. */
    final HeadAutoEncoder qCoder;

    final HeadAutoEncoder kCoder;

    private VitWeights(
            VitWeights from, FoldedProjection q, FoldedProjection k, HeadAutoEncoder qc, HeadAutoEncoder kc) {
        this.q = q.weights();
        this.qBias = q.bias();
        this.k = k.weights();
        this.kBias = k.bias();
        v = from.v;
        vBias = from.vBias;
        out = from.out;
        outBias = from.outBias;
        up = from.up;
        upBias = from.upBias;
        down = from.down;
        downBias = from.downBias;
        qCoder = qc;
        kCoder = kc;
    }

    private VitWeights(VitShape shape, Random random) {
        int c = shape.embedding();
        int hidden = shape.hidden();
        float projection = (float) (1 / Math.sqrt(c));
        q = uniform(random, c * c, 1.7f * projection);
        qBias = uniform(random, c, 0.1f);
        k = uniform(random, c * c, 1.7f * projection);
        kBias = uniform(random, c, 0.1f);
        v = uniform(random, c * c, projection);
        vBias = uniform(random, c, 0.1f);
        out = uniform(random, c * c, projection);
        outBias = uniform(random, c, 0.1f);
        up = uniform(random, c * hidden, projection);
        upBias = uniform(random, hidden, 0.1f);
        down = uniform(random, hidden * c, (float) (1 / Math.sqrt(hidden)));
        downBias = uniform(random, c, 0.1f);
        qCoder = null;
        kCoder = null;
    }

    static VitWeights seeded(VitShape shape, Random random) {
        return new VitWeights(shape, random);
    }

    /** These weights with auto-encoders folded into the q and k projections. */
    VitWeights folded(VitShape shape, HeadAutoEncoder qc, HeadAutoEncoder kc) {
        int c = shape.embedding();
        return new VitWeights(
                this,
                FoldedProjection.fold(qc, c, shape.depth(), q, qBias),
                FoldedProjection.fold(kc, c, shape.depth(), k, kBias),
                qc,
                kc);
    }

    private static float[] uniform(Random random, int length, float scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (2 * random.nextFloat() - 1) * scale;
        }
        return values;
    }
}
