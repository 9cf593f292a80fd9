//! The backends with vector instructions, made by one macro from a list of what is one
//! expression each. What differs between processors beyond that is written out where the
//! macro is called.

/// Defines a token type and its [`Lanes`](super::Lanes).
///
/// * `vectors` maps vectors to a vector, `less` and `select` are from and to masks; each
///   expression may use the processor's instructions, and no other unsafe function without
///   saying why that is sound.
/// * What follows are whole functions of the trait.
macro_rules! processor {
    (
        $(#[$documentation:meta])*
        $name:ident = $lanes:literal of $element:ty as $vector:ty, masks as $mask:ty;
        needs $features:literal: $detected:expr;
        tiles of $tile:expr;
        splat($value:ident) = $splat:expr;
        vectors { $( $operation:ident($($argument:ident),+) = $result:expr; )+ }
        less($less_a:ident, $less_b:ident) = $less:expr;
        select($chosen:ident, $select_a:ident, $select_b:ident) = $select:expr;
        $($rest:tt)+
    ) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(());

        impl $name {
            /// The proof that this processor has the instructions, if it has.
            pub fn new() -> Option<Self> {
                $detected.then_some(Self(()))
            }
        }

        // SAFETY, of every block below but the last two: `self` exists only where the
        // processor has these instructions.
        impl Lanes for $name {
            type Element = $element;
            type Vector = $vector;
            type Mask = $mask;
            const LANES: usize = $lanes;
            const SPECIALISED: bool = true;
            const TILE: (usize, usize) = $tile;

            #[inline(always)]
            fn vectorize<W: Work>(self, work: W) -> W::Output {
                #[target_feature(enable = $features)]
                fn inner<W: Work>(work: W) -> W::Output {
                    work.run()
                }
                unsafe { inner(work) }
            }
            #[inline(always)]
            fn splat(self, $value: $element) -> $vector {
                unsafe { $splat }
            }
            $(
                #[inline(always)]
                fn $operation(self, $($argument: $vector),+) -> $vector {
                    unsafe { $result }
                }
            )+
            #[inline(always)]
            fn less(self, $less_a: $vector, $less_b: $vector) -> $mask {
                unsafe { $less }
            }
            #[inline(always)]
            fn select(self, $chosen: $mask, $select_a: $vector, $select_b: $vector) -> $vector {
                unsafe { $select }
            }
            $($rest)+
            #[inline(always)]
            fn lanes(vector: &$vector) -> &[$element] {
                const { assert!(size_of::<$vector>() == $lanes * size_of::<$element>()) };
                // SAFETY: the vector is exactly its elements in a row, as just asserted.
                unsafe { std::slice::from_raw_parts(std::ptr::from_ref(vector).cast(), $lanes) }
            }
            #[inline(always)]
            fn lanes_mut(vector: &mut $vector) -> &mut [$element] {
                // SAFETY: as in `lanes`; the exclusive borrow carries over.
                unsafe { std::slice::from_raw_parts_mut(std::ptr::from_mut(vector).cast(), $lanes) }
            }
        }
    };
}

pub(super) use processor;
