package org.flatgaze.accel.vitcod.attention;

/** Replacements of the softmax whose cost grows with the number of tokens and not with its square; need retraining. */
public enum LinearKind {
    /**
     * First-order Taylor attention of ViTALiTy (HPCA 2023): keys lose their mean, then {@code exp(x)} becomes
     * {@code 1 + x}: {@code out = (sum v + s q K'v) / keys} with {@code s} the scale.
     */
    TAYLOR,
    /**
     * The linear part of Castling-ViT's angular kernel (CVPR 2023): with rows of q and k at length 1,
     * {@code 1 - acos(q k) / pi} becomes {@code 1/2 + q k / pi}, normalised to a row sum of 1. The scale is not used; the
     * depth-wise convolution of that paper is a layer of its own.
     */
    LINEAR_ANGULAR
}
